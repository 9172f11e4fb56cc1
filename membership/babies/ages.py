"""Ages in Asia/Shanghai calendar days: weeks of a pregnancy, months of a child, corrected age. Pure."""

from datetime import date, timedelta

import msgspec

from foundation import clock

TERM_DAYS = 280
USUAL_CYCLE_DAYS = 28
MIDDLE_FROM_DAYS = 14 * 7
LATE_FROM_DAYS = 28 * 7
PRETERM_BEFORE_DAYS = 37 * 7
EARLIEST_BIRTH_DAYS = 22 * 7
"""From here on a birth is written down."""
OVERDUE_FROM_DAYS = 42 * 7
"""From here on one asks whether the baby has arrived."""
LONGEST_PREGNANCY_DAYS = 44 * 7
"""Beyond it a due date was mistaken, the birth has not been written down, or there was none."""
CORRECTED_UNTIL_MONTHS = 24
"""Of corrected age."""


class Gestation(msgspec.Struct, frozen=True):
    """How far a pregnancy is: completed weeks, and days above them."""

    weeks: int
    days: int

    @property
    def total_days(self) -> int:
        return self.weeks * 7 + self.days


class Age(msgspec.Struct, frozen=True):
    """How old a child is: completed months, and days above them."""

    months: int
    days: int


def due_date(last_period: date, cycle_days: int = USUAL_CYCLE_DAYS) -> date:
    """280 days after the first day of the last period, moved by what the cycle differs from 28 days."""
    return last_period + timedelta(days=TERM_DAYS + cycle_days - USUAL_CYCLE_DAYS)


def gestation_days(due: date, day: date) -> int:
    """Days of pregnancy on a day; below 0 for a due date more than 280 days away."""
    return TERM_DAYS - (due - day).days


def gestation(due: date, day: date) -> Gestation:
    """84 days are 12 weeks + 0, 85 are 12 + 1."""
    return Gestation(*divmod(gestation_days(due, day), 7))


def months(birth: date, day: date) -> Age:
    """Completed calendar months, clamped to the month's end: born on 31 January, one month old on 28 or 29 February.

    `day` is not before the birth.
    """
    assert birth <= day, "nobody has an age before being born"
    count = (day.year - birth.year) * 12 + day.month - birth.month
    if clock.add_months(birth, count) > day:
        count -= 1
    return Age(count, (day - clock.add_months(birth, count)).days)


def corrected_birth(birth: date, gestation_days_at_birth: int) -> date:
    """The day from which the corrected age counts: when it would have been 40 weeks."""
    return birth + timedelta(days=TERM_DAYS - gestation_days_at_birth)


def corrected(birth: date, gestation_days_at_birth: int, day: date) -> Age | None:
    """The corrected age; None before the day on which it would have been 40 weeks.

    For growth up to 24 months of it, and never for vaccination.
    """
    begins = corrected_birth(birth, gestation_days_at_birth)
    return months(begins, day) if begins <= day else None


def surely_uncorrected(birth: date) -> date:
    """The first day on which the age of nobody born on that day is corrected any more, however early."""
    return clock.add_months(corrected_birth(birth, EARLIEST_BIRTH_DAYS), CORRECTED_UNTIL_MONTHS)


def is_preterm(gestation_days_at_birth: int) -> bool:
    """Born before 37 + 0."""
    return gestation_days_at_birth < PRETERM_BEFORE_DAYS
