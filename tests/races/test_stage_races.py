"""Twenty rounds of everybody at one stage: entered once, told once, and silence about what ends."""

import pytest

from membership.babies import doors, entering
from tests.controls import CHANCES
from tests.makers import stage_races as races
from tests.makers.baby_races import LONG_SECONDS, UNLOCKED_BABY

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_entering_and_one_telling(_round: int) -> None:
    races.expect_one_entering(await races.enter_many_times(16))
    races.expect_one_telling(await races.tell_many_times(16))


@pytest.mark.parametrize("_round", ROUNDS)
async def test_an_end_comes_before_every_message(_round: int) -> None:
    races.expect_nothing_entered(await races.enter_while_it_ends())
    races.expect_silence(await races.tell_while_it_ends())


async def test_control_stages_without_their_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "HEARD_FIRST", races.HEARD_AGAIN)
    with pytest.raises(AssertionError):
        races.expect_one_telling(await races.tell_many_times(16))
    monkeypatch.setattr(entering, "mark", races.random_mark)
    with pytest.raises(AssertionError):
        races.expect_one_entering(await races.enter_many_times(16))


async def test_control_stages_without_the_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "LOCK", UNLOCKED_BABY)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_silence(await races.tell_while_it_ends(LONG_SECONDS))
    monkeypatch.setattr(entering, "ENTER", races.UNLOCKED_ENTER)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_nothing_entered(await races.enter_while_it_ends(LONG_SECONDS))
