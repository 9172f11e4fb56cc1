"""The races in short; tests/races runs them twenty rounds each."""

import pytest

from membership.disclosures import holding
from tests.controls import CHANCES
from tests.makers import disclosure_races as races

pytestmark = pytest.mark.usefixtures("world")


async def test_one_decision_of_many() -> None:
    races.expect_one_decision(await races.decide_at_once(3), 3)


async def test_control_deciding_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "LOCK", races.UNLOCKED)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_decision(await races.decide_at_once(3), 3)


async def test_nothing_is_seen_once_it_is_ended() -> None:
    races.expect_not_seen(await races.look_while_it_is_ended())


async def test_control_a_look_without_the_lock_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "LOCK", races.UNLOCKED)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_not_seen(await races.look_while_it_is_ended(races.LONG_SECONDS))


async def test_a_withdrawal_among_looks() -> None:
    races.expect_every_look_written_down(await races.withdraw_while_many_look(6), 6)
