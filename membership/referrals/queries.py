"""Reads: what a member brought about, and the past for a rule's test run."""

from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from foundation import clock, database
from membership import earning
from membership.referrals.actions import code_of, parameters

SIDES: tuple[Literal["referrer"], Literal["friend"]] = ("referrer", "friend")
LONG_KEPT = 366

MINE = """
SELECT count(*) FILTER (WHERE status = 'waiting') AS waiting, count(*) FILTER (WHERE status = 'rewarded') AS rewarded,
       coalesce(sum(referrer_points), 0)::bigint AS points,
       EXISTS (SELECT FROM referral WHERE friend_id = $1) AS entered,
       (SELECT (created_at AT TIME ZONE 'Asia/Shanghai')::date FROM member WHERE id = $1) AS joined_on
  FROM referral WHERE referrer_id = $1
"""


class ReferralView(msgspec.Struct, frozen=True, kw_only=True):
    """What a member sees. `waiting` friends have not bought yet, or may still return it; `points` she got for others.

    `enter_until`: the last day on which she may enter a code herself; None when she did, or nothing is on.
    """

    code: str
    entered: bool
    enter_until: date | None
    waiting: int
    rewarded: int
    points: int
    referrer_reward: int
    friend_reward: int


async def view(member_id: UUID) -> ReferralView:
    """Her code, whom she brought, and what the rules promise as they stand."""
    code = await code_of(member_id)
    row = await database.fetchrow(MINE, member_id)
    assert row is not None, "a count has a row"
    rules = [parameters(rule) for rule in await earning.in_force(earning.Referral)]
    until = row["joined_on"] + timedelta(days=max(rule.join_days for rule in rules)) if rules else None
    return ReferralView(
        code=code,
        entered=row["entered"],
        enter_until=None if row["entered"] else until,
        waiting=row["waiting"],
        rewarded=row["rewarded"],
        points=row["points"],
        referrer_reward=sum(rule.points for rule in rules if rule.side == "referrer"),
        friend_reward=sum(rule.points for rule in rules if rule.side == "friend"),
    )


async def past(since: date, until: date, most: int) -> list[earning.Past]:
    """Both sides of what was rewarded from a day to a day."""
    rows = await database.fetch(
        "SELECT referrer_id, friend_id, entered_on, (settled_at AT TIME ZONE 'Asia/Shanghai')::date AS day"
        " FROM referral WHERE status = 'rewarded' AND settled_at >= $1 AND settled_at < $2"
        " ORDER BY settled_at, id LIMIT $3",
        clock.start_of_day(since),
        clock.start_of_day(until) + timedelta(days=1),
        most // 2 + 1,
    )
    return [
        earning.Past(
            member_id=row[f"{side}_id"],
            day=row["day"],
            # It was rewarded, so it was bought in time and kept long enough; how long is not recorded.
            occurrence=earning.Referral.Occurrence(side=side, bought_after_days=0, kept_days=LONG_KEPT),
        )
        for row in rows
        for side in SIDES
    ]


earning.register_past(earning.Referral, past)
