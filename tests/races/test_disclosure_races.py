"""Twenty rounds of approvals, refusals, endings and withdrawals at once, and a control that fails."""

import pytest

from membership.disclosures import holding
from tests.controls import CHANCES
from tests.makers import disclosure_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_decision_of_ten(_round: int) -> None:
    races.expect_one_decision(await races.decide_at_once(5), 5)


async def test_control_decisions_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "LOCK", races.UNLOCKED)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_decision(await races.decide_at_once(5), 5)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_look_while_it_is_ended(_round: int) -> None:
    races.expect_not_seen(await races.look_while_it_is_ended())


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_withdrawal_among_twelve_looks(_round: int) -> None:
    races.expect_every_look_written_down(await races.withdraw_while_many_look(12), 12)
