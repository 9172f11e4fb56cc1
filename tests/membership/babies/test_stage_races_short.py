"""The races for one stage in short; tests/races runs them twenty rounds each."""

import pytest

from membership.babies import doors, entering
from tests.controls import CHANCES
from tests.makers import stage_races as races
from tests.makers.baby_races import LONG_SECONDS, UNLOCKED_BABY

pytestmark = pytest.mark.usefixtures("world")


async def test_entered_once() -> None:
    races.expect_one_entering(await races.enter_many_times(8))


async def test_control_a_row_that_is_another_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "mark", races.random_mark)
    with pytest.raises(AssertionError):
        races.expect_one_entering(await races.enter_many_times(8))


async def test_many_workers_in_one_night() -> None:
    assert await races.walk_many_times(3) == (1, 1)


async def test_told_once() -> None:
    races.expect_one_telling(await races.tell_many_times(8))


async def test_control_a_telling_that_is_not_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "HEARD_FIRST", races.HEARD_AGAIN)
    with pytest.raises(AssertionError):
        races.expect_one_telling(await races.tell_many_times(8))


async def test_what_is_ending_enters_nothing() -> None:
    races.expect_nothing_entered(await races.enter_while_it_ends())


async def test_control_entering_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "ENTER", races.UNLOCKED_ENTER)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_nothing_entered(await races.enter_while_it_ends(LONG_SECONDS))


async def test_of_what_is_ending_nobody_hears() -> None:
    races.expect_silence(await races.tell_while_it_ends())


async def test_control_telling_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "LOCK", UNLOCKED_BABY)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_silence(await races.tell_while_it_ends(LONG_SECONDS))
