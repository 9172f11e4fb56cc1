"""Months: business months of Asia/Shanghai, known by their first day."""

from datetime import date, datetime

from foundation import clock
from membership.finance.errors import MonthsOutOfRange

MOST_MONTHS = 36


def begins(month: date) -> datetime:
    """The instant at which a month begins."""
    return clock.start_of_day(month)


def after(month: date) -> date:
    """The month after it."""
    return clock.add_months(month, 1)


def this_month() -> date:
    return clock.today().replace(day=1)


def month_of(text: str) -> date:
    """`2026-10` as its first day."""
    return date.fromisoformat(f"{text}-01")


def text_of(month: date) -> str:
    return f"{month:%Y-%m}"


def require_range(since: date, until: date) -> None:
    """Raises `MonthsOutOfRange`."""
    months = (until.year - since.year) * 12 + until.month - since.month + 1
    if not 1 <= months <= MOST_MONTHS or until > this_month():
        raise MonthsOutOfRange
