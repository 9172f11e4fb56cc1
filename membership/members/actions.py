"""The members' own verbs: consents, and the ban."""

from uuid import UUID

from foundation import audit, database, sessions
from foundation.errors import NotFound
from foundation.ids import new_id
from foundation.transactions import transactional
from membership.members import steps
from membership.members.errors import NoticeOutdated
from membership.members.queries import ConsentView
from membership.members.records import BAN_REASON


@transactional
async def agree(member_id: UUID, notice: str, version: int) -> ConsentView:
    """Records that she agrees to a version of a notice. Agreeing again gives the same answer.

    Raises `NotFound` for a notice that does not exist, `NoticeOutdated` for any version but the current one.
    """
    member = await steps.hold_one(member_id)
    member.require_active()
    current = await database.fetchrow(
        "SELECT id, version, title FROM notice WHERE code = $1 AND published_at <= now() ORDER BY version DESC LIMIT 1",
        notice,
    )
    if current is None:
        raise NotFound
    if version != current["version"]:
        raise NoticeOutdated
    await database.execute(
        "INSERT INTO consent (id, member_id, notice_id, source) VALUES ($1, $2, $3, 'mini_program')"
        " ON CONFLICT (member_id, notice_id) WHERE withdrawn_at IS NULL DO NOTHING",
        new_id(),
        member_id,
        current["id"],
    )
    agreed_at = await database.fetchval(
        "SELECT agreed_at FROM consent WHERE member_id = $1 AND notice_id = $2 AND withdrawn_at IS NULL",
        member_id,
        current["id"],
    )
    return ConsentView(notice, version, current["title"], True, agreed_at, None)


@transactional
async def ban(member_id: UUID, reason: str, *, by: UUID) -> None:
    """Bans a member and ends all her sessions; they stop working with their next request. Again: nothing happens.

    `by`: the member of staff. `reason`: up to 200 characters, for the staff. Raises `NotFound`; merged and erased
    members are nobody to ban.
    """
    member = await steps.hold_one(member_id)
    if member.status not in ("active", "banned"):
        raise NotFound
    if member.status == "active":
        sealed = member.seal(*BAN_REASON, member_id, reason)
        await database.execute(
            "UPDATE member SET status = 'banned', ban_reason_sealed = $2 WHERE id = $1", member_id, sealed
        )
        await audit.record(by, "member.banned", "member", member_id, reason=reason)
    await sessions.end_sessions_of(member_id, "banned")


@transactional
async def lift_ban(member_id: UUID, *, by: UUID) -> None:
    """Lets a banned member sign in again. Raises `NotFound` when she is not banned."""
    lifted = await database.execute(
        "UPDATE member SET status = 'active', ban_reason = NULL, ban_reason_sealed = NULL"
        " WHERE id = $1 AND status = 'banned'",
        member_id,
    )
    if not lifted:
        raise NotFound
    await audit.record(by, "member.ban_lifted", "member", member_id)
