"""Twenty rounds of one mother and many taps: one of each, ten at most, and controls that fail."""

import pytest

from membership import members
from membership.babies import doors
from tests.controls import CHANCES
from tests.makers import baby_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_the_last_of_ten_places_for_babies(_round: int) -> None:
    races.expect_ten(await races.add_the_tenth(16), 16)
    races.expect_one(await races.add_one_with_many_taps(16), 16)


async def test_control_babies_without_the_mothers_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "hold_one", races.unlocked_member)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_ten(await races.add_the_tenth(16), 16)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_plan_under_sixteen_names(_round: int) -> None:
    races.expect_one_plan(await races.plan_with_many_names(16), 16)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_birth_under_sixteen_taps(_round: int) -> None:
    races.expect_one_birth_of_twins(await races.born_with_many_taps(16), 16)
    races.expect_one_telling(await races.born_in_other_words(16), 16)


async def test_control_births_without_the_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "hold_one", races.unlocked_member)
    monkeypatch.setattr(doors, "LOCK", races.UNLOCKED_BABY)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_birth_of_twins(await races.born_with_many_taps(16), 16)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_change_while_it_ends(_round: int) -> None:
    races.expect_nothing_written(await races.change_while_it_ends())
