"""Makers: a product on the shelf, and taking it as an action of its own."""

from typing import Unpack
from uuid import UUID, uuid4

from foundation.transactions import transactional
from membership import catalogue
from membership.catalogue import Fulfilment, Taken, Terms


async def make_product(
    *, points: int = 100, stock: int = 10, name: str | None = None, by: UUID | None = None, **terms: Unpack[Terms]
) -> UUID:
    """A gift on the shelf."""
    return await catalogue.make_product(
        name or f"测试礼品{uuid4().hex[:8]}", "测试用", points=points, stock=stock, by=by, **terms
    )


@transactional
async def take(
    product_id: UUID,
    member_id: UUID,
    quantity: int = 1,
    *,
    rank: int | None = 0,
    store_id: UUID | None = None,
    fulfilment: Fulfilment = Fulfilment.PICKUP,
) -> Taken:
    """As an order would."""
    return await catalogue.take(
        product_id, quantity, member_id=member_id, level_rank=rank, store_id=store_id, fulfilment=fulfilment
    )


put_back = transactional(catalogue.put_back)
move_all = transactional(catalogue.move_all)
