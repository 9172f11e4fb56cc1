"""Signing in every day: the tap, and the month's calendar."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from foundation.http import Body, Caller, View
from membership import sign_ins
from miniprogram_api.face import mothers


class NextBonusOut(View):
    """`points` more when she signs in for `in_days` days more without a gap."""

    in_days: int
    points: int


class SignedInOut(View):
    """A signed day: what it brought, how many days in a row it is, and the next bonus."""

    day: date
    points: int
    streak: int
    next_bonus: NextBonusOut | None


class SignedDayOut(View):
    day: date
    points: int


class CalendarQuery(Body):
    """`month` such as 2026-11; without it, this month."""

    month: Annotated[str, Meta(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$(?!\\n)", examples=["2026-11"])] | None = None


class CalendarOut(View):
    """A month. `points_next` is what the next day that she signs brings."""

    today: date
    signed_today: bool
    streak: int
    month: str
    days: list[SignedDayOut]
    points_next: int
    next_bonus: NextBonusOut | None


@mothers.post("/me/sign-ins", who="member")
async def sign_in_today(caller: Caller) -> SignedInOut:
    """Sign in for today.

    Once per day in Shanghai; a second tap on the same day gives the same answer.
    """
    signed = await sign_ins.sign_in(caller.subject)
    return SignedInOut(
        day=signed.day,
        points=signed.points,
        streak=signed.streak,
        next_bonus=_bonus_out(signed.next_bonus),
    )


@mothers.get("/me/sign-ins", who="member")
async def sign_in_calendar(caller: Caller, query: CalendarQuery) -> CalendarOut:
    """A month of her calendar."""
    month = date.fromisoformat(f"{query.month}-01") if query.month else None
    calendar = await sign_ins.calendar(caller.subject, month)
    return CalendarOut(
        today=calendar.today,
        signed_today=calendar.signed_today,
        streak=calendar.streak,
        month=f"{calendar.month:%Y-%m}",
        days=[SignedDayOut(day.day, day.points) for day in calendar.days],
        points_next=calendar.points_next,
        next_bonus=_bonus_out(calendar.next_bonus),
    )


def _bonus_out(bonus: sign_ins.NextBonus | None) -> NextBonusOut | None:
    return None if bonus is None else NextBonusOut(bonus.in_days, bonus.points)
