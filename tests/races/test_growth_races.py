"""Twenty rounds of measurements at once: one record of the same, none too many, and controls that fail."""

import asyncpg
import pytest

from membership.babies import doors
from tests.controls import CHANCES
from tests.makers import growth_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_the_same_measurement_at_once(_round: int) -> None:
    races.expect_one_record(await races.tap_at_once(8))


@pytest.mark.parametrize("_round", ROUNDS)
async def test_more_at_once_than_there_is_room_for(_round: int, monkeypatch: pytest.MonkeyPatch) -> None:
    races.expect_three(await races.fill_at_once(8, monkeypatch), 8)


async def test_control_without_the_lock_on_the_baby(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it a tap finds the place taken that it was about to take, or its twin not yet written."""
    monkeypatch.setattr(doors, "LOCK", races.UNLOCKED)
    with pytest.raises((AssertionError, asyncpg.UniqueViolationError)):
        for _ in CHANCES:
            races.expect_one_record(await races.tap_at_once(8))
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_three(await races.fill_at_once(8, monkeypatch), 8)
