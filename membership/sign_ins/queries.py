"""Reads: a month of her calendar, what comes next, and the past for a rule's test run."""

from datetime import date
from uuid import UUID

import msgspec

from foundation import database
from membership import earning

CALENDAR = """
SELECT today.day AS today,
       last.day AS last, CASE WHEN last.day >= today.day - 1 THEN last.streak ELSE 0 END AS streak,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(day, points) ORDER BY day), '[]') FROM sign_in
         WHERE member_id = $1 AND day >= date_trunc('month', coalesce($2::date, today.day))
           AND day < date_trunc('month', coalesce($2::date, today.day)) + interval '1 month') AS days
  FROM (SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date AS day) today
  LEFT JOIN sign_in_streak last ON last.member_id = $1
"""


class SignedDay(msgspec.Struct, frozen=True, array_like=True):
    day: date
    points: int


class NextBonus(msgspec.Struct, frozen=True):
    """`points` more when she has signed in `in_days` days more, without a gap."""

    in_days: int
    points: int


class Calendar(msgspec.Struct, frozen=True):
    """A month. `streak`: days in a row up to today, or up to yesterday while today is still to be signed."""

    today: date
    signed_today: bool
    streak: int
    month: date
    days: list[SignedDay]
    points_next: int
    """What the next day that she signs brings, by the rules as they stand."""
    next_bonus: NextBonus | None


async def calendar(member_id: UUID, month: date | None = None) -> Calendar:
    """The month that a day lies in; None for this month. Two queries."""
    row = await database.fetchrow(CALENDAR, member_id, month)
    assert row is not None
    today, streak = row["today"], row["streak"]
    rules = await earning.in_force(earning.SignIn)
    shown = month or today
    return Calendar(
        today=today,
        signed_today=row["last"] == today,
        streak=streak,
        month=date(shown.year, shown.month, 1),
        days=msgspec.json.decode(row["days"], type=list[SignedDay]),
        points_next=sum(_points(rule, streak + 1) for rule in rules),
        next_bonus=next_bonus(rules, streak),
    )


def next_bonus(rules: list[earning.Rule], streak: int) -> NextBonus | None:
    """The nearest day of a streak on which a rule pays more than its daily points."""
    parameters = [earning.decoded(rule) for rule in rules]
    ahead = [days for each in parameters if (days := earning.SignIn.days_to_bonus(each, streak)) is not None]
    if not ahead:
        return None
    in_days = min(ahead)
    return NextBonus(in_days, sum(earning.SignIn.bonus(each, streak + in_days) for each in parameters))


def _points(rule: earning.Rule, streak: int) -> int:
    return earning.SignIn.points(earning.decoded(rule), earning.SignIn.Occurrence(streak))


async def past(since: date, until: date, most: int) -> list[earning.Past]:
    """Who signed in from a day to a day."""
    rows = await database.fetch(
        "SELECT member_id, day, streak FROM sign_in WHERE day BETWEEN $1 AND $2 ORDER BY id LIMIT $3",
        since,
        until,
        most,
    )
    return [
        earning.Past(member_id=row["member_id"], day=row["day"], occurrence=earning.SignIn.Occurrence(row["streak"]))
        for row in rows
    ]


earning.register_past(earning.SignIn, past)
