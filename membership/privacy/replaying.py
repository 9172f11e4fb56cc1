"""Erasing once more whom a restored backup brought back."""

from uuid import UUID

import msgspec
import structlog

from foundation.transactions import transactional
from membership import babies
from membership.privacy import erasing, tombstones

log = structlog.get_logger("privacy")


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """How many were erased again, of how many tombstones that were looked at; how many of those are not ours."""

    members: int
    babies: int
    read: int
    forged: int


async def replay(*, all_days: bool = False) -> Replayed:
    """Erases whoever is back, each in a transaction; again: nothing happens. Raises `Unavailable`."""
    found = await tombstones.find(all_days=all_days)
    back = [await erasing.erase(member_id) for member_id in found.members]
    gone = [await destroy_again(baby_id) for baby_id in found.babies]
    done = Replayed(members=sum(back), babies=sum(gone), read=found.read, forged=len(found.forged))
    if done.members or done.babies:
        log.warning("tombstones_replayed", members=done.members, babies=done.babies)
    return done


@transactional
async def destroy_again(baby_id: UUID) -> bool:
    """One baby that its mother had put away; False when it is destroyed already."""
    return await babies.destroy_one(baby_id, "put_away")
