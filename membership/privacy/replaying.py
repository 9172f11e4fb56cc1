"""What a restored backup brought back goes once more: who was erased, and whatever was taken away since."""

from collections.abc import Callable
from uuid import UUID

import msgspec
import structlog

from foundation import clock, stone_replay, stones
from foundation.transactions import transactional
from membership import babies
from membership.privacy import erasing, tombstones

log = structlog.get_logger("privacy")


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """How many were erased again and how much else was taken away again, of how many tombstones and stones that were
    looked at; how many of those are not ours, and how many failed.

    `incomplete`: the backup is older than what was taken away is remembered.
    """

    members: int
    babies: int
    taken_away: int
    read: int
    forged: int
    failed: int
    incomplete: bool


async def replay(*, all_days: bool = False, heard: Callable[[str], object] = lambda _doing: None) -> Replayed:
    """Erases whoever is back and takes away what is, each in a transaction; again: nothing happens.

    `heard` is told what it is at. Raises `Unavailable`.
    """
    began, since = clock.now(), await tombstones.first_day()
    heard("reading the tombstones")
    found = await tombstones.find(all_days=all_days)
    back, gone = [], []
    for number, member_id in enumerate(found.members, 1):
        heard(f"erasing member {number} of {len(found.members)}")
        back.append(await erasing.erase(member_id))
    for number, baby_id in enumerate(found.babies, 1):
        heard(f"destroying baby {number} of {len(found.babies)}")
        gone.append(await destroy_again(baby_id))
    heard("reading what else was taken away")
    again = await stone_replay.replay(None if all_days else since)
    done = Replayed(
        members=sum(back),
        babies=sum(gone),
        taken_away=again.again,
        read=found.read + again.read,
        forged=len(found.forged) + len(again.forged),
        failed=again.failed,
        incomplete=since is not None and stone_replay.is_too_old(since),
    )
    if not done.failed:
        await stones.know_all_until(began)
    if done.members or done.babies:
        log.warning("tombstones_replayed", members=done.members, babies=done.babies)
    return done


@transactional
async def destroy_again(baby_id: UUID) -> bool:
    """One baby that its mother had put away; False when it is destroyed already."""
    return await babies.destroy_one(baby_id, "put_away")
