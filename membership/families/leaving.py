"""Writes: leaving, being removed, dissolving; what somebody earned and is still there goes with him."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from foundation import database, stones
from foundation.transactions import transactional, within_transaction
from membership import members, notifications, points
from membership.families import queries
from membership.families.errors import NoFamily, OnlyTheHead, PersonNotFound
from membership.families.inviting import LOCK

END = (
    "UPDATE family_person SET left_at = now(), reason = $2, may_spend = false, monthly_limit = NULL"
    " WHERE id = ANY($1::uuid[]) AND left_at IS NULL RETURNING id, member_id"
)
"""Waits for whatever earns or spends through these places: the settlement comes in a later statement and sees it."""

OPEN_PLACE = "SELECT member_id FROM family_person WHERE id = $1 AND left_at IS NULL"

TOLD = {
    "left": "您已退出家庭",
    "removed": "您已不在这个家庭",
    "dissolved": "家庭已解散",
}
TAKEN_ALONG = "您为家庭攒下、还没用掉的{points}积分已转入您自己的账户，有效期不变。"
NOTHING_TAKEN = "今后攒下的积分会记在您自己的账户里。"
TAKEN_OUT = "TA攒下、还没用掉的{points}积分已随TA转出，其余积分不变。"
NOTHING_TAKEN_OUT = "家庭的积分不变。"


WENT = "families.went"


class Went(msgspec.Struct, frozen=True):
    """What a stone says: this place in a family ended; with that of its head the family did."""

    person_id: UUID
    reason: Literal["left", "removed"]


class Left(msgspec.Struct, frozen=True):
    """How many points went along into the account of the one who left; of a dissolved family, of all relatives."""

    points: int


@transactional
async def leave(member_id: UUID) -> Left:
    """Leaves the family, with what is left of what was earned. When the head leaves, the family is dissolved.

    Somebody banned can't ask, but can be removed; nobody's consent is needed to leave. Raises `NoFamily`.
    """
    return await _leave(await _locked(member_id))


@within_transaction
async def leave_for_good(member_id: UUID) -> bool:
    """She has her account deleted: the same as leaving; whether she had a family. The caller holds her."""
    try:
        place = await _locked(member_id)
    except NoFamily:
        return False
    await _leave(place)
    return True


@transactional
async def remove(member_id: UUID, person_id: UUID) -> Left:
    """The head sends a relative out; he takes along what he earned. Raises `NoFamily`, `OnlyTheHead`,
    `PersonNotFound`."""
    place = await _locked(member_id)
    if not place.is_head:
        raise OnlyTheHead
    if person_id == place.person_id:
        raise PersonNotFound  # she is not a relative of herself: leaving is another verb
    await queries.require_relative(place.family_id, person_id)
    await stones.lay(WENT, Went(person_id, "removed"))
    return await _end(place, [person_id], "removed")


@transactional
async def allow_spending(
    member_id: UUID, person_id: UUID, *, may_spend: bool, monthly_limit: int | None = None
) -> queries.FamilyView:
    """The head says whether a relative may spend the family's points, and how many in a calendar month at most.

    Raises `NoFamily`, `OnlyTheHead`, `PersonNotFound`.
    """
    place = await _locked(member_id)
    if not place.is_head:
        raise OnlyTheHead
    changed = await database.execute(
        "UPDATE family_person SET may_spend = $3, monthly_limit = $4"
        " WHERE id = $1 AND family_id = $2 AND left_at IS NULL AND invitation_id IS NOT NULL",
        person_id,
        place.family_id,
        may_spend,
        monthly_limit if may_spend else None,
    )
    if not changed:
        raise PersonNotFound
    return await queries.family(member_id)


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one; whether a place of a family moved or ended (1) or there was none (0).

    The one who stays keeps her own place; the place of the one who is gone then ends as if he had left, which
    dissolves a family that was his. Who stays without a place takes over his, as its head if he was that.
    The caller holds both, and moves the points afterwards.
    """
    gone = await queries.place_of(from_member)
    if gone is None:
        return 0
    await database.fetchval(LOCK, gone.family_id)
    if await queries.place_of(to_member) is not None:
        await (_dissolve(gone, "merged") if gone.is_head else _end(gone, [gone.person_id], "merged"))
        return 1
    await database.execute("UPDATE family_person SET member_id = $2 WHERE id = $1", gone.person_id, to_member)
    if gone.is_head:
        await database.execute("UPDATE family SET head_id = $2 WHERE id = $1", gone.family_id, to_member)
    return 1


@stones.replays(WENT)
@within_transaction
async def go_again(said: Went, at: datetime) -> bool:
    """Ends a place that a restored database has open again; whoever belonged to it sees and spends no more.

    What goes with him is reckoned from the restored ledger, as if he went now: what was earned or spent since the
    backup is another story, and his place is not the one to tell it.
    """
    member_id = await database.fetchval(OPEN_PLACE, said.person_id)
    if member_id is None:
        return False
    place = await _locked(member_id)
    if place.person_id != said.person_id:
        return False
    await (_dissolve(place, said.reason) if place.is_head else _end(place, [place.person_id], said.reason))
    return True


async def _leave(place: queries.Place) -> Left:
    await stones.lay(WENT, Went(place.person_id, "left"))
    if place.is_head:
        return await _dissolve(place, "left")
    return await _end(place, [place.person_id], "left")


async def _locked(member_id: UUID) -> queries.Place:
    """Her place in a family that is locked. Raises `NoFamily`."""
    seen = await queries.place_of(member_id)
    if seen is None or not await database.fetchval(LOCK, seen.family_id):
        raise NoFamily
    # Read again under the lock: meanwhile she may have been removed, and whoever was removed has been settled with.
    place = await queries.place_of(member_id)
    if place is None or place.family_id != seen.family_id:
        raise NoFamily
    return place


async def _dissolve(place: queries.Place, reason: str) -> Left:
    """`reason`: why its head ends it."""
    relatives = await database.fetch(
        "SELECT id FROM family_person WHERE family_id = $1 AND left_at IS NULL AND id <> $2 ORDER BY id",
        place.family_id,
        place.person_id,
    )
    left = await _end(place, [row["id"] for row in relatives], "dissolved")
    await database.fetch(END, [place.person_id], reason)
    await database.execute("UPDATE family SET dissolved_at = now() WHERE id = $1", place.family_id)
    return left


async def _end(place: queries.Place, person_ids: Sequence[UUID], reason: str) -> Left:
    ended = await database.fetch(END, person_ids, reason)
    selves = await members.selves([row["member_id"] for row in ended])
    takers = [points.Taker(row["member_id"], selves[row["member_id"]], key=str(row["id"])) for row in ended]
    taken = await points.share_out(place.head_id, takers)
    for row in ended:
        await _tell(place, row["id"], row["member_id"], reason, taken[row["member_id"]])
    return Left(sum(taken.values()))


async def _tell(place: queries.Place, person_id: UUID, member_id: UUID, reason: str, amount: int) -> None:
    if reason in TOLD:
        body = (TAKEN_ALONG if amount else NOTHING_TAKEN).format(points=amount)
        await notifications.notify(member_id, "family_left", str(person_id), TOLD[reason], body)
    if reason == "left":
        await notifications.notify(
            place.head_id,
            "family_person_left",
            str(person_id),
            "有家人退出了家庭",
            (TAKEN_OUT if amount else NOTHING_TAKEN_OUT).format(points=amount),
        )
