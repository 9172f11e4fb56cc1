"""Makers: a product on the shelf."""

from uuid import UUID, uuid4

from membership import catalogue


async def make_product(*, points: int = 100, stock: int = 10, sort: int = 0) -> UUID:
    """A gift on the shelf."""
    return await catalogue.make_product(f"测试礼品{uuid4().hex[:8]}", "测试用", points=points, stock=stock, sort=sort)
