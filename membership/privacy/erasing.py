"""The end: everything of a member goes, in one transaction, and what must stay stays under a pseudonym.

Before that transaction a tombstone is written outside of the database (`tombstones`), so that no backup brings her
back. Each part can be done twice; whatever stops in between is gone on with.
"""

from uuid import UUID

import msgspec

from foundation import database, sessions
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import authorizations, babies, families, members, notifications, points
from membership.privacy import map_erasing, tombstones
from membership.privacy.errors import OrderOpen, WalletNotEmpty
from membership.privacy.leaving import KIND
from membership.privacy.losses import losses

LOCK = """
SELECT member_id, begun_at FROM member_deletion
 WHERE id = $1 AND cancelled_at IS NULL AND erased_at IS NULL AND due_at <= now() FOR UPDATE
"""
BEGIN = "UPDATE member_deletion SET begun_at = now() WHERE id = $1"
CANCEL = "UPDATE member_deletion SET cancelled_at = now() WHERE id = $1"
PUT_OFF = "UPDATE member_deletion SET due_at = now() + interval '1 day' WHERE id = $1"
EXPIRE_EXPORTS = """
UPDATE data_export SET status = CASE WHEN status IN ('waiting', 'ready') THEN 'expired' ELSE status END,
       expires_at = CASE WHEN expires_at > now() THEN now() ELSE expires_at END
 WHERE member_id = $1 AND (file IS NOT NULL OR status = 'waiting')
"""
DONE = """
UPDATE member_deletion SET begun_at = coalesce(begun_at, now()), erased_at = now(), points = $2
 WHERE member_id = $1 AND cancelled_at IS NULL AND erased_at IS NULL
"""
DONE_UNASKED = """
INSERT INTO member_deletion (id, member_id, due_at, begun_at, erased_at, points)
VALUES ($1, $2, now(), now(), now(), $3)
"""


class Begun(msgspec.Struct, frozen=True):
    """Whose deletion has begun; None when it was put off, taken back or done."""

    member_id: UUID | None


async def delete(deletion_id: UUID) -> bool:
    """Does what is due; False when there is nothing to do, or not now. Raises `Unavailable`: to be tried again."""
    begun = await begin(deletion_id)
    if begun.member_id is None:
        return False
    # For whoever was merged into her as well: an older backup knows her as two.
    for self_id in (await members.selves([begun.member_id]))[begun.member_id]:
        await tombstones.write("member", self_id)
    await erase(begun.member_id)
    return True


@transactional
async def begin(deletion_id: UUID) -> Begun:
    """From here on there is no way back: her sessions end. Put off by a day while something of hers is open."""
    row = await database.fetchrow(LOCK, deletion_id)
    if row is None:
        return Begun(None)
    member_id: UUID = row["member_id"]
    if row["begun_at"] is not None:
        return Begun(member_id)
    member = await members.hold_one(member_id)
    if member.status == "merged":  # she is another member now, who is asked again if she wishes to go
        await database.execute(CANCEL, deletion_id)
        return Begun(None)
    try:
        (await losses(member_id)).require_nothing_open()
    except (WalletNotEmpty, OrderOpen) as open_still:
        await _put_off(deletion_id, member_id, open_still.message)
        return Begun(None)
    if member.status == "banned":  # a ban is somebody's decision about a person: she does not wash it off by leaving
        await database.execute(PUT_OFF, deletion_id)
        return Begun(None)
    await database.execute(BEGIN, deletion_id)
    await sessions.end_sessions_of(member_id, "erased")
    return Begun(member_id)


async def _put_off(deletion_id: UUID, member_id: UUID, because: str) -> None:
    await database.execute(PUT_OFF, deletion_id)
    await notifications.notify(
        member_id, KIND, f"{deletion_id}:put_off", "注销暂缓", f"{because}。处理好后会自动继续。"
    )


@transactional
async def erase(member_id: UUID) -> bool:
    """Erases a member whatever is open; False when she is nobody any more. For `delete`, and for a tombstone.

    Money that came in at the last moment stays in the wallet's ledger, from which the staff refund it.
    """
    statements = await map_erasing.statements()
    member = await members.hold_one(member_id)
    if member.status not in ("active", "banned"):
        return False
    await sessions.end_sessions_of(member_id, "erased")
    await families.leave_for_good(member_id)
    await babies.destroy_all(member_id)
    await authorizations.withdraw_all(member_id)
    forfeited = await points.forfeit(member_id, key=str(member_id))
    await database.execute(EXPIRE_EXPORTS, member_id)
    selves = (await members.selves([member_id]))[member_id]
    await members.erase(member)
    for statement in statements:
        await database.execute(statement, selves)
    if not await database.execute(DONE, member_id, forfeited):
        await database.execute(DONE_UNASKED, new_id(), member_id, forfeited)
    return True
