"""What was given: kept as it is, and judged by the edition that was in force on its day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from membership.vaccinations.remarks import Remark
from membership.vaccinations.schedules import Rule, in_force
from membership.vaccinations.vaccines import LIVE_INJECTED

LIVE_GAP = timedelta(days=28)
"""Between two injected live vaccines that are not given on the same day."""


class Given(msgspec.Struct, frozen=True, array_like=True):
    """A dose that was given: which one of its series, with what, and when. Never logged."""

    series: str
    number: int
    vaccine: str
    given_on: date
    record: str | None = None

    @property
    def live(self) -> bool:
        return self.vaccine in LIVE_INJECTED


def judge(dose: Given, birth_date: date, given: Mapping[tuple[str, int], Given]) -> tuple[Remark, ...]:
    """What the mother should check with the clinic; `given` are all doses of the child."""
    if dose.given_on < birth_date:
        return (Remark.BEFORE_BIRTH,)
    remarks = []
    before = _before(dose, given)
    if before is not None and before.given_on > dose.given_on:
        remarks.append(Remark.OUT_OF_ORDER)
    elif rules := _rules(dose, given):
        remarks += _by_rules(dose, rules, birth_date, before)
    if dose.live and any(_live_too_close(other, dose) for other in given.values()):
        remarks.append(Remark.LIVE_TOO_CLOSE)
    return tuple(remarks)


def _rules(dose: Given, given: Mapping[tuple[str, int], Given]) -> list[Rule]:
    """The rules by which it may be judged. None for a vaccine that is given by its own label.

    A series that began under an older edition may be finished under it.
    """
    first = min(other.given_on for other in given.values() if other.series == dose.series)
    editions = {edition.code: edition for edition in (in_force(first), in_force(dose.given_on))}
    rules = (edition.rules.get((dose.series, dose.number, dose.vaccine)) for edition in editions.values())
    return [rule for rule in rules if rule is not None]


def _by_rules(dose: Given, rules: list[Rule], birth_date: date, before: Given | None) -> list[Remark]:
    remarks = []
    # Without the very dose before it, the rule for catching up holds, where there is one.
    skips = before is None or before.number != dose.number - 1
    ages = [(rule.catch_up_age or rule.min_age) if skips else rule.min_age for rule in rules]
    gaps = [(rule.catch_up_interval or rule.interval) if skips else rule.interval for rule in rules]
    if all(dose.given_on < age.after(birth_date) for age in ages):
        remarks.append(Remark.TOO_YOUNG)
    if before is not None and all(gap is not None and dose.given_on < gap.after(before.given_on) for gap in gaps):
        remarks.append(Remark.TOO_SOON)
    if all(rule.not_from is not None and dose.given_on >= rule.not_from.after(birth_date) for rule in rules):
        remarks.append(Remark.TOO_OLD)
    return remarks


def _before(dose: Given, given: Mapping[tuple[str, int], Given]) -> Given | None:
    """The nearest lower number of its series that was given."""
    lower = (given.get((dose.series, number)) for number in range(dose.number - 1, 0, -1))
    return next((other for other in lower if other is not None), None)


def _live_too_close(other: Given, dose: Given) -> bool:
    # Within a series the interval of the schedule is judged.
    return other.live and other.series != dose.series and timedelta(0) < dose.given_on - other.given_on < LIVE_GAP


def live_days(given: Iterable[Given]) -> list[date]:
    """The days on which injected live vaccines were given, in order."""
    return sorted({dose.given_on for dose in given if dose.vaccine in LIVE_INJECTED})


def next_free_day(earliest: date, live: Sequence[date], today: date) -> date:
    """The first day from `earliest` on for an injected live vaccine that was not given yet.

    On the day of another one, or 28 days from it. A free day that has passed is no use while today is not free.
    """
    day = _free(earliest, live)
    return _free(today, live) if day < today != _free(today, live) else day


def _free(day: date, live: Sequence[date]) -> date:
    for other in live:
        if other - LIVE_GAP < day < other:
            day = other
        elif other < day < other + LIVE_GAP:
            day = other + LIVE_GAP
    return day
