"""Makers: an address, and a member who may have some."""

from uuid import UUID

from membership import addresses
from tests.makers.members import MadeMember, agree_to_privacy, make_member


def address(detail: str = "测试路1号201室") -> addresses.Address:
    return addresses.Address(name="陈小雨", phone="13912345678", region="上海市 黄浦区", detail=detail)


async def make_addressee() -> tuple[MadeMember, UUID]:
    """A member who agreed to `privacy`, and her address."""
    member = await make_member()
    await agree_to_privacy(member.id)
    return member, (await addresses.add(member.id, address())).id
