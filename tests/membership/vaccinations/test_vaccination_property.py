"""Whatever children live through: what the plan calls due can be given that day, and nothing is asked about it."""

import random
from datetime import date, timedelta

from hypothesis import given as examples
from hypothesis import settings, strategies

from membership.vaccinations.jobs import AHEAD_DAYS, due_soon
from membership.vaccinations.judging import LIVE_GAP, Given
from membership.vaccinations.lines import OPEN, PlannedDose, Status
from membership.vaccinations.planning import open_doses, plan
from membership.vaccinations.schedules import in_force, schedules
from membership.vaccinations.vaccines import VACCINES

NOW = schedules()[-1]
FAR = date(2099, 1, 1)
SEXES = strategies.sampled_from([None, "girl", "boy"])
WANTED = strategies.sampled_from([{}, {"JE": "JE-I"}, {"HepA": "HepA-I"}, {"JE": "JE-I", "HepA": "HepA-I"}])
BIRTHS = strategies.dates(date(2025, 1, 1), date(2032, 12, 31))
VISITS = strategies.lists(
    strategies.tuples(strategies.integers(0, 400), strategies.integers(0, 2**10 - 1)), min_size=1, max_size=25
)
"""Days from one visit to the next, and which of what is due is given then."""


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@examples(born=BIRTHS, sex=SEXES, wanted=WANTED, steps=VISITS)
def test_what_is_due_may_be_given(
    born: date, sex: str | None, wanted: dict[str, str], steps: list[tuple[int, int]]
) -> None:
    today, given = born, list[Given]()
    for days, chosen in steps:
        today += timedelta(days=days)
        for index, line in enumerate(lines(born, sex, wanted, given, today)):
            if line.status in (Status.DUE, Status.OVERDUE) and chosen >> index % 10 & 1:
                given.append(Given(line.series, line.number, line.vaccine, today))
        made = lines(born, sex, wanted, given, today)
        assert [line for line in made if line.given_on and line.remarks] == []
        _check(born, made, given, today)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@examples(born=BIRTHS, sex=SEXES, wanted=WANTED, steps=VISITS, order=strategies.randoms(use_true_random=False))
def test_the_quick_ways_tell_the_same(
    born: date, sex: str | None, wanted: dict[str, str], steps: list[tuple[int, int]], order: random.Random
) -> None:
    """Whatever was written down, in time or not: what is open, and what is worth a reminder."""
    today, given = born, list[Given]()
    for days, chosen in steps:
        today += timedelta(days=days)
        made = lines(born, sex, wanted, given, today)
        still = open_doses(NOW, born, sex, given=given, skipped=[], today=today, wanted=wanted)
        assert still == [line for line in made if line.status in OPEN]
        assert _next(still, today) == _next(
            open_doses(NOW, born, sex, given=given, skipped=[], today=today, wanted=wanted, next_until=FAR), today
        )
        soon = today + timedelta(days=AHEAD_DAYS)
        near = open_doses(NOW, born, sex, given=given, skipped=[], today=today, wanted=wanted, next_until=soon)
        assert due_soon(near, born, today) == due_soon(made, born, today)
        for index, line in enumerate(made):
            if chosen >> index % 10 & 1:
                given.append(Given(line.series, line.number, line.vaccine, today - timedelta(days=order.randrange(30))))
        order.shuffle(given)


def _next(still: list[PlannedDose], today: date) -> tuple[list[tuple[date, str]], int]:
    """What comes first, and how many are overdue."""
    days = sorted((max(line.earliest or today, today), line.vaccine) for line in still)
    return [each for each in days if each[0] == days[0][0]], sum(line.status == Status.OVERDUE for line in still)


def lines(born: date, sex: str | None, wanted: dict[str, str], given: list[Given], today: date) -> list[PlannedDose]:
    return plan(NOW, born, sex, given=given, skipped=[], today=today, wanted=wanted)


def _check(born: date, made: list[PlannedDose], given: list[Given], today: date) -> None:
    keys = [(line.series, line.number) for line in made]
    assert len(set(keys)) == len(keys)
    assert {(dose.series, dose.number) for dose in given} <= set(keys)
    last = {dose.series: dose.given_on for dose in given}
    for line in made:
        if line.status not in OPEN:
            continue
        assert line.earliest is not None
        rule = in_force(today).rules[line.series, line.number, line.vaccine]
        assert line.earliest >= (rule.catch_up_age or rule.min_age).after(born)
        if line.series in last and rule.interval is not None and rule.catch_up_interval is None:
            assert line.earliest >= rule.interval.after(last[line.series])
        assert (line.status == Status.UPCOMING) == (today < line.earliest)
        if VACCINES[line.vaccine].live_injected:
            live = [dose.given_on for dose in given if dose.live]
            assert all(day == line.earliest or abs(line.earliest - day) >= LIVE_GAP for day in live)
