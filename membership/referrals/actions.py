"""Writes: a member's code, a friend who enters it, and the two who turn out to be one."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from foundation import database
from foundation.errors import Unavailable
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership import earning, families, members, purchases
from membership.referrals.errors import (
    AlreadyReferred,
    OwnReferralCode,
    ReferralCodeUnknown,
    ReferralLoop,
    ReferralsClosed,
    ReferralTooLate,
)

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""What can't be mistaken for each other on paper."""
MOST_DRAWS = 5

ONE_AT_A_TIME = 7_305_108
"""Whoever enters a code waits for whoever else does (pg_advisory_xact_lock): two who have nobody in common can close a
circle of four."""

CODE = "SELECT code FROM referral_code WHERE member_id = $1"

OWNER = (
    "SELECT coalesce(member.merged_into_id, member.id) FROM referral_code JOIN member ON member.id = member_id"
    " WHERE code = $1"
)

ABOVE = """
WITH RECURSIVE above AS (
    SELECT $1::uuid AS id
    UNION
    SELECT referral.referrer_id FROM referral JOIN above ON referral.friend_id = above.id
)
SELECT EXISTS (SELECT FROM above WHERE id = $2)
"""
"""Whether somebody stands above another in the line of who brought whom."""

ENTER = """
INSERT INTO referral (id, referrer_id, friend_id, friend_openid_index, entered_on, status)
VALUES ($1, $2, $3, $4, (now() AT TIME ZONE 'Asia/Shanghai')::date, 'waiting') ON CONFLICT DO NOTHING RETURNING true
"""


@transactional
async def code_of(member_id: UUID) -> str:
    """Her code; made when she asks for the first time."""
    for _ in range(MOST_DRAWS):
        known: str | None = await database.fetchval(CODE, member_id)
        if known is not None:
            return known
        code = "".join(secrets.choice(LETTERS) for _ in range(8))
        await database.execute(
            "INSERT INTO referral_code (member_id, code) VALUES ($1, $2) ON CONFLICT DO NOTHING", member_id, code
        )
    raise Unavailable


@transactional
async def enter(member_id: UUID, code: str) -> None:
    """A new member says whose code brought her. The same code again changes nothing.

    Raises `ReferralsClosed`, `ReferralCodeUnknown`, `OwnReferralCode`, `AlreadyReferred`, `ReferralLoop`,
    `ReferralTooLate`, `MemberBanned`.
    """
    rules = [parameters(rule) for rule in await earning.in_force(earning.Referral)]
    referrer_id: UUID | None = await database.fetchval(OWNER, code)
    if referrer_id is None:
        raise ReferralCodeUnknown
    held = await members.hold({member_id, referrer_id})
    held[member_id].require_active()
    if held[referrer_id].status != "active":
        raise ReferralCodeUnknown
    await database.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
    known: UUID | None = await database.fetchval("SELECT referrer_id FROM referral WHERE friend_id = $1", member_id)
    if known == referrer_id:
        return
    if known is not None:
        raise AlreadyReferred
    await _check(member_id, referrer_id, rules)
    openid_index = await members.openid_index_of(member_id)
    if not await database.fetchval(ENTER, new_id(), referrer_id, member_id, openid_index):
        raise AlreadyReferred  # by this WeChat, when she was another member


def parameters(rule: earning.Rule) -> earning.Referral.Parameters:
    read: earning.Referral.Parameters = earning.decoded(rule)
    return read


async def _check(member_id: UUID, referrer_id: UUID, rules: Sequence[earning.Referral.Parameters]) -> None:
    if member_id == referrer_id or await families.are_family(member_id, referrer_id):
        raise OwnReferralCode
    if not rules:
        raise ReferralsClosed
    if await database.fetchval(ABOVE, referrer_id, member_id):
        raise ReferralLoop
    days = await database.fetchval(
        "SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date - (created_at AT TIME ZONE 'Asia/Shanghai')::date"
        " FROM member WHERE id = $1",
        member_id,
    )
    if days > max(rule.join_days for rule in rules) or await purchases.has_bought(member_id):
        raise ReferralTooLate


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Gives one member's referrals to the one she turned out to be; how many. Who was her own friend is nobody's.

    The caller holds both.
    """
    await database.execute(
        "UPDATE referral_code SET member_id = $2 WHERE member_id = $1"
        " AND NOT EXISTS (SELECT FROM referral_code WHERE member_id = $2)",
        from_member,
        to_member,
    )
    moved = await database.execute(
        "UPDATE referral SET referrer_id = $2 WHERE referrer_id = $1 AND friend_id <> $2", from_member, to_member
    )
    moved += await database.execute(
        "UPDATE referral SET friend_id = $2 WHERE friend_id = $1 AND referrer_id <> $2"
        " AND NOT EXISTS (SELECT FROM referral WHERE friend_id = $2)",
        from_member,
        to_member,
    )
    await database.execute(
        "UPDATE referral SET status = 'void', settled_at = now()"
        " WHERE status = 'waiting' AND $1 IN (referrer_id, friend_id)",
        from_member,
    )
    return moved
