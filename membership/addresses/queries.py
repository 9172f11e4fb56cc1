"""Reads: a mother's own addresses."""

from uuid import UUID

import msgspec

from foundation import database
from membership import members
from membership.addresses.content import Address, unsealed
from membership.addresses.errors import AddressNotFound


class AddressView(msgspec.Struct, frozen=True):
    """One of her addresses, as she wrote it."""

    id: UUID
    address: Address


async def addresses(member_id: UUID) -> list[AddressView]:
    """All of hers (20 at most), the newest first."""
    rows = await database.fetch(
        "SELECT id, content_sealed FROM member_address WHERE member_id = $1 ORDER BY id DESC", member_id
    )
    if not rows:
        return []
    member = await members.find(member_id)
    assert member is not None, "an address has a member"
    return [AddressView(row["id"], unsealed(member, row["id"], row["content_sealed"])) for row in rows]


async def find(member: members.MemberRecord, address_id: UUID) -> Address:
    """One address of a member whose row the caller has. Raises `AddressNotFound`, for a stranger's too."""
    content = await database.fetchval(
        "SELECT content_sealed FROM member_address WHERE id = $1 AND member_id = $2", address_id, member.id
    )
    if content is None:
        raise AddressNotFound
    return unsealed(member, address_id, content)
