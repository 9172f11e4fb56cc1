"""Time: UTC instants in the database, Asia/Shanghai calendar days for everything a person calls a day."""

import calendar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The current instant, in UTC."""
    return datetime.now(UTC)


def business_day(instant: datetime) -> date:
    """The Asia/Shanghai calendar day in which an instant falls."""
    return instant.astimezone(SHANGHAI).date()


def today() -> date:
    """The current Asia/Shanghai calendar day."""
    return business_day(now())


def add_months(day: date, months: int) -> date:
    """`day` plus calendar months, clamped to the month's end: 31 January + 1 month = 28 or 29 February."""
    month_index = day.year * 12 + day.month - 1 + months
    year, month = divmod(month_index, 12)
    month += 1
    # Plans of a child's doses ask this a hundred times a screen, and most days are in every month.
    return date(year, month, day.day if day.day <= 28 else min(day.day, days_in_month(year, month)))


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    return calendar.monthrange(year, month)[1]


def end_of_month(day: date) -> date:
    """The last day of the month that `day` lies in."""
    return date(day.year, day.month, days_in_month(day.year, day.month))


def start_of_day(day: date) -> datetime:
    """The instant at which a business day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)
