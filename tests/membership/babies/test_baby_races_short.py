"""The races in short; tests/races runs them twenty rounds each."""

import pytest

from membership import members
from membership.babies import doors
from tests.controls import CHANCES
from tests.makers import baby_races as races

pytestmark = pytest.mark.usefixtures("world")


async def test_ten_and_no_more() -> None:
    races.expect_ten(await races.add_the_tenth(8), 8)


async def test_many_taps_add_one() -> None:
    races.expect_one(await races.add_one_with_many_taps(8), 8)


async def test_control_adding_without_the_mothers_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "hold_one", races.unlocked_member)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_ten(await races.add_the_tenth(8), 8)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one(await races.add_one_with_many_taps(8), 8)


async def test_twins_are_born_once() -> None:
    races.expect_one_birth_of_twins(await races.born_with_many_taps(8), 8)
    races.expect_one_telling(await races.born_in_other_words(8), 8)


async def test_control_a_birth_without_the_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "hold_one", races.unlocked_member)
    monkeypatch.setattr(doors, "LOCK", races.UNLOCKED_BABY)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_birth_of_twins(await races.born_with_many_taps(8), 8)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_telling(await races.born_in_other_words(8), 8)


async def test_nothing_is_written_about_what_has_just_ended() -> None:
    races.expect_nothing_written(await races.change_while_it_ends())


async def test_control_a_change_without_the_lock_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "LOCK", races.UNLOCKED_BABY)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_nothing_written(await races.change_while_it_ends(races.LONG_SECONDS))
