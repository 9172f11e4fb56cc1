"""From which day to which a level holds, and what of its price is left. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec

from foundation.clock import add_months

DAY = timedelta(days=1)


class Period(msgspec.Struct, frozen=True):
    """A level that was sold, from a business day to another, both included."""

    id: UUID
    begins_on: date
    ends_on: date

    @property
    def days(self) -> int:
        return (self.ends_on - self.begins_on).days + 1


def period_of(sold_on: date, months: int, last: date | None) -> tuple[date, date]:
    """(first, last day) of what is sold: from the day of the sale, or from the day after what she has already."""
    begins_on = sold_on if last is None or last < sold_on else last + DAY
    return begins_on, add_months(begins_on, months) - DAY


def refundable_fen(
    price_fen: int, *, full_refund_days: int, sold_on: date, begins_on: date, ends_on: date, day: date
) -> int:
    """What goes back on a day: everything soon after the sale, then by the days after that day, rounded down."""
    if day <= sold_on + full_refund_days * DAY:
        return price_fen
    left = (ends_on - max(day, begins_on - DAY)).days
    return max(0, price_fen * left // ((ends_on - begins_on).days + 1))


def one_after_the_other(periods: Sequence[Period]) -> list[Period]:
    """Those of one level that must be moved so that no day is paid for twice; each keeps its number of days."""
    moved = []
    free_from: date | None = None
    for period in sorted(periods, key=lambda period: (period.begins_on, period.id)):
        begins_on = period.begins_on if free_from is None else max(free_from, period.begins_on)
        ends_on = begins_on + (period.days - 1) * DAY
        if begins_on != period.begins_on:
            moved.append(Period(period.id, begins_on, ends_on))
        free_from = ends_on + DAY
    return moved
