"""Thousands of steps of the ledger, each of them compared with the model."""

import pytest

from membership.points import returning
from tests.makers.ledger_machine import LedgerMachine, play

pytestmark = pytest.mark.usefixtures("world")

EXAMPLES, STEPS = 100, 60


async def test_thousands_of_steps_equal_the_model() -> None:
    before = LedgerMachine.steps
    await play(EXAMPLES, STEPS)
    assert LedgerMachine.steps - before > EXAMPLES * STEPS / 2  # some stories end early


async def test_control_a_ledger_that_gives_a_shorter_grace_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returning, "GRACE_DAYS", -1)
    with pytest.raises(AssertionError):
        await play(3 * EXAMPLES, STEPS, shrink=False)  # chance chooses the steps
