"""The lines of a plan: what stands in one, and how a dose stands."""

from datetime import date
from enum import StrEnum

import msgspec

from membership.vaccinations.remarks import Remark

Key = tuple[str, int]
"""Series and number of a dose."""


class Status(StrEnum):
    UPCOMING = "upcoming"
    """Not yet old enough, or the interval is not over."""
    DUE = "due"
    OVERDUE = "overdue"
    """Past the recommended age; it is caught up."""
    UNRECORDED = "unrecorded"
    """A later dose of its series is written down and this one is not, or it may be the one that was in a combined
    vaccine: it is asked whether it was given."""
    DONE = "done"
    SKIPPED = "skipped"
    """On a doctor's advice."""
    NOT_APPLICABLE = "not_applicable"


OPEN = (Status.UPCOMING, Status.DUE, Status.OVERDUE)


class PlannedDose(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the plan. `earliest` and `recommended_until` are days of the calendar, both included.

    The recommended time of what is late may be over before the interval is: `recommended_until` is None then, and
    never before `earliest`.
    """

    series: str
    number: int
    vaccine: str
    """What was given, or what the schedule gives."""
    status: Status
    earliest: date | None = None
    recommended_until: date | None = None
    given_on: date | None = None
    record: str | None = None
    """The record of a dose that was given or skipped."""
    remarks: tuple[Remark, ...] = ()

    @property
    def is_pressing(self) -> bool:
        """Whether it is worth a word. Not while it is asked which dose of its series was in a combined vaccine."""
        return self.status in OPEN and Remark.IN_COMBINED not in self.remarks


class Skipped(msgspec.Struct, frozen=True, array_like=True):
    """A dose that a doctor advised against. Never logged."""

    series: str
    number: int
    record: str | None = None
