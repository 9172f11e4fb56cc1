"""Writes: adding, changing and removing an address; what becomes of them when she leaves or turns out to be another."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET

from foundation import database, stones
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership import members
from membership.addresses import queries
from membership.addresses.content import Address, AddressChanges, checked, sealed, unsealed
from membership.addresses.errors import AddressNotFound, TooManyAddresses
from membership.addresses.models import MOST_ADDRESSES
from membership.addresses.queries import AddressView

_ADD = """
INSERT INTO member_address (id, member_id, place, content_sealed)
SELECT $1, $2, place, $3 FROM generate_series(1, $4::int) place
 WHERE NOT EXISTS (SELECT FROM member_address taken WHERE taken.member_id = $2 AND taken.place = place.place)
 ORDER BY place LIMIT 1
"""


REMOVED = "addresses.removed"


class Removed(msgspec.Struct, frozen=True):
    """What a stone says: this address was deleted."""

    address_id: UUID


@transactional
async def add(member_id: UUID, address: Address) -> AddressView:
    """Writes down an address; the text trimmed, the phone as E.164.

    Raises `MemberBanned`, `ConsentRequired`, `Invalid`, `TooManyAddresses`.
    """
    member = await _writing(member_id)
    view = AddressView(new_id(), checked(address))
    content = sealed(member, view.id, view.address)
    if not await database.execute(_ADD, view.id, member_id, content, MOST_ADDRESSES):
        raise TooManyAddresses
    return view


@transactional
async def change(member_id: UUID, address_id: UUID, changes: AddressChanges) -> AddressView:
    """Changes fields of an address; what was sent to it before went to the old one.

    Raises `MemberBanned`, `ConsentRequired`, `AddressNotFound`, `Invalid`.
    """
    member = await _writing(member_id)
    old = await queries.find(member, address_id)
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    view = AddressView(address_id, checked(msgspec.structs.replace(old, **given)))
    await database.execute(
        "UPDATE member_address SET content_sealed = $2 WHERE id = $1",
        address_id,
        sealed(member, address_id, view.address),
    )
    return view


@transactional
async def remove(member_id: UUID, address_id: UUID) -> None:
    """Deletes an address. Raises `AddressNotFound`."""
    if not await database.execute("DELETE FROM member_address WHERE id = $1 AND member_id = $2", address_id, member_id):
        raise AddressNotFound
    await stones.lay(REMOVED, Removed(address_id))


@stones.replays(REMOVED)
@within_transaction
async def remove_again(said: Removed, at: datetime) -> bool:
    """In a restored database."""
    return bool(await database.execute("DELETE FROM member_address WHERE id = $1", said.address_id))


@within_transaction
async def forget_all(member_id: UUID) -> int:
    """Deletes all of hers, because she took back `privacy`; how many. The caller holds her."""
    return await database.execute("DELETE FROM member_address WHERE member_id = $1", member_id)


@within_transaction
async def move_all(gone: members.MemberRecord, stays: members.MemberRecord) -> int:
    """Two members turned out to be one: seals the addresses of one anew for the other; how many.

    Those that are beyond the twenty of `stays` are forgotten. The caller holds both.
    """
    rows = await database.fetch("DELETE FROM member_address WHERE member_id = $1 RETURNING id, content_sealed", gone.id)
    moved = 0
    for row in rows:
        content = sealed(stays, row["id"], unsealed(gone, row["id"], row["content_sealed"]))
        moved += await database.execute(_ADD, row["id"], stays.id, content, MOST_ADDRESSES)
    return moved


async def _writing(member_id: UUID) -> members.MemberRecord:
    member = await members.hold_one(member_id)
    member.require_active()
    await members.require_consent(member_id, members.PRIVACY)
    return member
