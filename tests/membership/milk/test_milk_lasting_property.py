"""How long the cans last, against a household that is played day by day."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from membership.milk.intake import Need, Spread
from membership.milk.lasting import LONGEST_DAYS, UNOPENED_DAYS, Said, Supply, runs_out

DAY = date(2026, 11, 1)
TODAY = DAY.toordinal()

steps = st.lists(
    st.tuples(st.integers(TODAY - 60, TODAY + 60), st.integers(1, 90_000)),
    min_size=1,
    max_size=4,
    unique_by=lambda s: s[0],
).map(sorted)
supplies = st.lists(
    st.builds(Supply, st.integers(TODAY - 60, TODAY), st.integers(1, 3_000_000)), min_size=1, max_size=6
).map(lambda found: sorted(found, key=lambda supply: supply.day))


def played(need: Need, supplied: list[Supply], start: Supply, slack: int) -> int:
    """The first day on which somebody stays hungry, after everything has come."""
    left, opens, day, last = start.amount, start.day, start.day, TODAY + LONGEST_DAYS
    coming = list(supplied)
    while True:
        while coming and coming[0].day == day:
            opens = opens if left else day + slack
            left += coming.pop(0).amount
        hungry = need.on(day) if day >= opens else 0
        if not coming and hungry > left:
            return min(day, last)
        left = max(0, left - hungry)
        day += 1
        if day > last:
            return last


@given(steps, supplies)
def test_as_played_from_the_first_can(steps: list[tuple[int, int]], supplied: list[Supply]) -> None:
    need = Need.of(steps)
    found = runs_out(Spread(need, need, need), None, supplied, DAY, certain=True, paced=False)
    assert found is not None
    nothing = Supply(supplied[0].day, 0)
    assert found.expected.toordinal() == played(need, supplied, nothing, 0)
    assert found.latest.toordinal() == played(need, supplied, nothing, UNOPENED_DAYS)
    assert found.earliest == found.expected <= found.latest


@given(steps, supplies, st.integers(0, 3_000_000))
def test_as_played_from_what_she_said(steps: list[tuple[int, int]], supplied: list[Supply], had: int) -> None:
    need, day = Need.of(steps), supplied[0].day - 3
    found = runs_out(
        Spread(need, need, need), Said(day, Spread(had, had, had)), supplied, DAY, certain=True, paced=False
    )
    assert found is not None
    assert found.earliest == found.expected == found.latest
    assert found.expected.toordinal() == played(need, supplied, Supply(day, had), 0)


@given(steps, supplies, st.integers(1, 3_000_000))
def test_more_never_ends_earlier(steps: list[tuple[int, int]], supplied: list[Supply], more: int) -> None:
    need = Need.of(steps)

    def expected(cans: list[Supply]) -> date:
        found = runs_out(Spread(need, need, need), None, cans, DAY, certain=True, paced=False)
        assert found is not None
        return found.expected

    assert expected([*supplied, Supply(TODAY, more)]) >= expected(supplied)
