"""By the clock: telling her that it is tomorrow, deleting what is due, erasing whom a backup brought back."""

from uuid import UUID

import asyncpg
import msgspec
import structlog

from foundation import database, jobs
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import babies, notifications, points
from membership.babies import Destruction
from membership.privacy import erasing, replaying, tombstones
from membership.privacy.leaving import KIND, said, what_goes

BATCH = 100
BEFORE_ALL = UUID(int=0)
BABY_TOMBSTONE = "privacy.baby_tombstone"

SOON = """
UPDATE member_deletion asked SET warned_at = now()
  FROM (SELECT id FROM member_deletion
         WHERE cancelled_at IS NULL AND erased_at IS NULL AND warned_at IS NULL AND due_at <= now() + interval '1 day'
         ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) soon
 WHERE asked.id = soon.id RETURNING asked.id, asked.member_id, asked.due_at,
       (SELECT balance FROM points_account account WHERE account.member_id = asked.member_id) AS points,
       EXISTS (SELECT FROM baby WHERE baby.member_id = asked.member_id AND baby.status = 'open') AS has_babies
"""
DUE = """
SELECT id FROM member_deletion
 WHERE cancelled_at IS NULL AND erased_at IS NULL AND due_at <= now() AND id > $1 ORDER BY id LIMIT $2
"""

# What a till's sale or a rule pays for what lay before; no return takes longer.
LATE = """
SELECT gone.member_id FROM member_deletion gone JOIN points_account account ON account.member_id = gone.member_id
 WHERE gone.erased_at > now() - interval '120 days' AND account.balance > 0 ORDER BY gone.member_id
"""

log = structlog.get_logger("privacy")


class Deleted(msgspec.Struct, frozen=True):
    """How many were told that it is tomorrow, how many are gone, at how many something failed."""

    warned: int
    deleted: int
    failed: int


class BabyGone(msgspec.Struct, frozen=True):
    """A baby that is destroyed."""

    baby_id: UUID


@jobs.by_the_clock("privacy.delete_due", "*/10 * * * *")
async def delete_due() -> Deleted:
    """What fails at one is logged and tried again in ten minutes; nobody waits for another."""
    warned = 0
    while told := await warn_batch():
        warned += told
    deleted = failed = 0
    after = BEFORE_ALL
    while rows := await database.fetch(DUE, after, BATCH):
        for row in rows:
            try:
                deleted += await erasing.delete(row["id"])
            except Exception:
                log.exception("deletion_failed", deletion=str(row["id"]))
                failed += 1
        after = rows[-1]["id"]
    return Deleted(warned, deleted, failed)


@jobs.by_the_clock("privacy.forfeit_late", "52 18 * * *")
async def forfeit_late() -> int:
    """Points that came to somebody after she was erased, for a sale or a rule from before; how many points."""
    return sum([await forfeit_of(row["member_id"]) for row in await database.fetch(LATE)])


@transactional
async def forfeit_of(member_id: UUID) -> int:
    """Her account is nobody's: what came is forfeited as the rest was."""
    return await points.forfeit(member_id, key=str(new_id()))


@transactional
async def warn_batch() -> int:
    """Some, a day before; how many."""
    rows = await database.fetch(SOON, BATCH)
    if rows:
        await notifications.notify_all(KIND, [_warning(row) for row in rows])
    return len(rows)


def _warning(row: asyncpg.Record) -> notifications.Message:
    with_points = f"您的{row['points']}积分和" if row["points"] else "您的"
    return notifications.Message(
        member_id=row["member_id"],
        key=f"{row['id']}:tomorrow",
        title="账号即将注销",
        body=f"账号将在{said(row['due_at'])}后注销，{with_points}{what_goes(row['has_babies'])}会一并清除且无法找回。"
        "想留下的话，现在还可以撤回。",
    )


@jobs.by_the_clock("privacy.replay_tombstones", "7 * * * *")
async def replay_tombstones() -> replaying.Replayed:
    """Hourly, in case a backup was restored under a running service, or the file store was away when it started."""
    return await replaying.replay()


@babies.records_destructions
async def remember_baby(baby_id: UUID, destruction: Destruction) -> None:
    """What a mother put away stays away. A voided pregnancy is void again by its own dates, and an erased mother has a
    tombstone of her own."""
    if destruction == "put_away":
        await jobs.enqueue(BABY_TOMBSTONE, BabyGone(baby_id))


@jobs.job(BABY_TOMBSTONE)
async def bury_baby(gone: BabyGone) -> None:
    """Outside of the transaction that destroyed it. Twice: two tombstones, which are no harm."""
    await tombstones.write("baby", gone.baby_id)
