"""Twenty rounds of everybody at once at the tills: exactly the winners there should be, and controls that fail."""

import pytest

from membership.cards import actions as card_actions
from membership.purchases import actions as purchase_actions
from tests.controls import CHANCES
from tests.makers import card_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_two_hundred_scans_of_one_code(_round: int) -> None:
    races.expect_one_scan(await races.many_scans_of_one_code(200), 200)


async def test_control_scans_that_look_before_they_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_actions, "USE", races.LOOK_FIRST)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_scan(await races.many_scans_of_one_code(200), 200)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_five_hundred_double_returns(_round: int) -> None:
    races.expect_each_once(await races.double_returns(500), 500)


async def test_control_double_returns_that_nobody_recognizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purchase_actions, "STORE_RETURN", races.EVERY_RETURN_IS_NEW)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_each_once(await races.double_returns(500), 500)
