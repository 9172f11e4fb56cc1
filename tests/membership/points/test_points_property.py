"""Any sequence of steps: the real ledger equals the model, and its invariants hold, after each of them."""

import pytest

from tests.makers.ledger_machine import play

pytestmark = pytest.mark.usefixtures("world")


async def test_any_sequence_of_steps_equals_the_model() -> None:
    """A short one; thousands of steps are in tests/races."""
    await play(examples=12, steps=30)
