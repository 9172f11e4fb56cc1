"""Injected live vaccines that are still to come: on one day or 28 days apart, among themselves too."""

import random
from datetime import date, timedelta

from membership.vaccinations.judging import LIVE_GAP, Given
from membership.vaccinations.lines import OPEN, PlannedDose, Status
from membership.vaccinations.planning import plan
from membership.vaccinations.remarks import Remark
from membership.vaccinations.schedules import schedules
from membership.vaccinations.vaccines import LIVE_INJECTED

NOW = schedules()[-1]
CHILDREN = 4000
DAY = timedelta(days=1)
OTHERS = (("Varicella", "VarV"), ("YellowFever", "YF"), ("Influenza", "LAIV"), ("Rotavirus", "RV"))


class Life:
    """A child at random, some of whose doses were given in time, late, too close, or never."""

    def __init__(self, chance: random.Random) -> None:
        self.born = date(2018, 1, 1) + timedelta(days=chance.randrange(3000))
        self.today = self.born + timedelta(days=chance.randrange(6 * 366))
        self.sex = chance.choice([None, "girl", "boy"])
        self.wanted = chance.choice([{}, {"JE": "JE-I"}, {"HepA": "HepA-I"}])
        self.given: list[Given] = []
        often, late = chance.random(), chance.choice([2, 30, 300])
        for courses in NOW.courses.values():
            for rule in courses[0]:
                day = rule.min_age.after(self.born) + timedelta(days=int(chance.expovariate(1 / late)))
                if day <= self.today and chance.random() < often:
                    self.given.append(Given(rule.series, rule.number, rule.vaccine, day))
        for series, vaccine in OTHERS:
            if chance.random() < 0.3:
                day = self.today - timedelta(days=chance.randrange(60))
                self.given.append(Given(series, 1, vaccine, max(day, self.born)))

    def lines(self, days: int = 0) -> list[PlannedDose]:
        today = self.today + timedelta(days=days)
        return plan(NOW, self.born, self.sex, given=self.given, skipped=[], today=today, wanted=self.wanted)


def live(line: PlannedDose) -> bool:
    return line.vaccine in LIVE_INJECTED


def open_lines(lines: list[PlannedDose]) -> list[tuple[date, PlannedDose]]:
    return [(line.earliest, line) for line in lines if line.status in OPEN and line.earliest is not None]


def lives() -> list[Life]:
    chance = random.Random(2026)
    return [Life(chance) for _ in range(CHILDREN)]


def test_none_is_planned_within_twenty_eight_days_of_another() -> None:
    several = 0
    for life in lives():
        coming = [max(day, life.today) for day, line in open_lines(life.lines()) if live(line)]
        several += len(set(coming)) > 1
        for day in coming:
            assert all(other == day or abs(other - day) >= LIVE_GAP for other in coming), vars(life)
            for dose in life.given:
                assert not dose.live or day == dose.given_on or day - dose.given_on >= LIVE_GAP, vars(life)
    assert several > CHILDREN // 4


def test_ages_and_intervals_are_kept() -> None:
    for life in lives():
        last: dict[str, date] = {}
        highest: dict[str, int] = {}
        for dose in life.given:
            last[dose.series] = max(last.get(dose.series, dose.given_on), dose.given_on)
            highest[dose.series] = max(highest.get(dose.series, 0), dose.number)
        for day, line in open_lines(life.lines()):
            rule = NOW.rules[line.series, line.number, line.vaccine]
            assert day >= rule.min_age.after(life.born) or rule.catch_up_age is not None
            assert line.number > highest.get(line.series, 0)
            if rule.interval is not None and rule.catch_up_interval is None and line.series in last:
                assert day >= rule.interval.after(last[line.series]), (vars(life), line)
            assert (line.status == Status.UPCOMING) == (day > life.today)
            if line.recommended_until is not None:
                assert line.recommended_until >= day
            last[line.series] = max(day, life.today)


def test_a_day_without_news_moves_only_what_waits_for_today() -> None:
    unmoved = 0
    for life in lives():
        before, after = open_lines(life.lines()), dict_of(open_lines(life.lines(1)))
        waiting = {line.series for day, line in before if day <= life.today}
        live_waits = any(live(line) for day, line in before if day <= life.today)
        for day, line in before:
            if line.series not in waiting and not (live_waits and live(line)):
                then = after[line.series, line.number]
                assert max(then, life.today + DAY) == max(day, life.today + DAY), (vars(life), line)
                unmoved += 1
    assert unmoved > CHILDREN


def dict_of(lines: list[tuple[date, PlannedDose]]) -> dict[tuple[str, int], date]:
    return {(line.series, line.number): day for day, line in lines}


def test_who_waits_for_another_is_told_why() -> None:
    born, today = date(2024, 12, 7), date(2026, 11, 22)
    given = [Given("BCG", 1, "BCG", born)]
    given += [Given(series, 1, vaccine, date(2025, 8, 7)) for series, vaccine in (("MMR", "MMR"), ("JE", "JE-L"))]
    given.append(Given("HepA", 1, "HepA-L", date(2026, 6, 7)))
    made = {(line.series, line.number): line for line in plan(NOW, born, None, given=given, skipped=[], today=today)}
    assert made["MMR", 2].status == Status.DUE
    assert (made["JE", 2].earliest, made["JE", 2].remarks) == (today + LIVE_GAP, (Remark.LIVE_WAITS,))
    # Whoever waits until both can be given needs one way only.
    both = date(2026, 12, 7)
    made = {(line.series, line.number): line for line in plan(NOW, born, None, given=given, skipped=[], today=both)}
    assert {made[key].status for key in (("MMR", 2), ("JE", 2))} == {Status.DUE, Status.OVERDUE}
