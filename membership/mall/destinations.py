"""Where an order is sent: a copy of the address as it was then, sealed with her data key."""

from uuid import UUID

import msgspec

from foundation.transactions import within_transaction
from membership import addresses, members
from membership.addresses import Address

_PLACE = ("redemption", "address_sealed")


@within_transaction
async def copy(member_id: UUID, address_id: UUID, order_id: UUID) -> bytes:
    """The sealed copy of one of her addresses, for an order. Raises `AddressNotFound`."""
    member = await members.share(member_id)
    return _sealed(member, order_id, await addresses.find(member, address_id))


async def read(member_id: UUID, order_id: UUID, sealed: bytes) -> Address:
    """The address again."""
    member = await members.find(member_id)
    assert member is not None, "an order has a member"
    return _unsealed(member, order_id, sealed)


def _sealed(member: members.MemberRecord, order_id: UUID, address: Address) -> bytes:
    return member.seal(*_PLACE, order_id, msgspec.json.encode(address).decode())


def _unsealed(member: members.MemberRecord, order_id: UUID, sealed: bytes) -> Address:
    return msgspec.json.decode(member.unseal(*_PLACE, order_id, sealed), type=Address)
