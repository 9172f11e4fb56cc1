"""What is still to come of all courses of a child: injected live vaccines are kept apart, from each other too."""

from bisect import insort
from collections.abc import Collection
from datetime import date
from heapq import heappop, heappush

from membership.vaccinations.courses import Child, Waits, Walk, ahead
from membership.vaccinations.judging import next_free_day
from membership.vaccinations.lines import OPEN, PlannedDose
from membership.vaccinations.schedules import Rule
from membership.vaccinations.vaccines import LIVE_INJECTED

Queue = list[tuple[date, int, Waits]]
"""What waits for its day: the first day that it could be, and the place of its course."""


def ahead_of_all(
    child: Child, courses: Collection[tuple[Rule, ...]], until: date | None = None
) -> list[list[PlannedDose]]:
    """The doses still to come of each course, in the order of the courses. With `until` the next open one of each is
    among them, if it can be given until then; what follows it need not be.

    One live vaccine after the other finds its day, whichever could be given first: on the day of another or 28 days
    from it. What could have been given before today counts as given today.
    """
    days = None if until is None else (until - child.birth_date).days
    every: list[list[PlannedDose]] = [[] for _ in courses]
    walks: dict[int, Walk] = {}
    queue: Queue = []
    for place, course in enumerate(courses):
        begun = child.last.get(course[0].series, 0)
        if begun >= len(course) or (days is not None and days < course[begun].never_before_days):
            continue
        steps = ahead(child, course, begun, days)
        # A later live dose may come before the first one of another series: then all of them have to be known.
        if until is None or course[0].vaccine in LIVE_INJECTED:
            walks[place] = steps
            _follow(child, steps, place, every[place], queue)
            continue
        for line in steps:
            if isinstance(line, PlannedDose) and line.status in OPEN:
                every[place].append(line)
                break
    if queue:
        _place(child, walks, every, queue)
    return every


def _place(child: Child, walks: dict[int, Walk], every: list[list[PlannedDose]], queue: Queue) -> None:
    taken = list(child.live)
    while queue:
        _, place, waits = heappop(queue)
        day = next_free_day(waits.day, child.live, child.today)
        if day > child.today:
            day = next_free_day(day, taken, child.today)
        line = walks[place].send(day)
        assert isinstance(line, PlannedDose), "a walk answers with the line"
        every[place].append(line)
        if line.status in OPEN:
            insort(taken, max(day, child.today))
        _follow(child, walks[place], place, every[place], queue)


def _follow(child: Child, steps: Walk, place: int, lines: list[PlannedDose], queue: Queue) -> None:
    """Goes on until something waits for its day."""
    for step in steps:
        if isinstance(step, Waits):
            heappush(queue, (max(step.day, child.today), place, step))
            return
        lines.append(step)
