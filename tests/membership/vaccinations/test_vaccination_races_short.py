"""The races in short; tests/races runs them twenty rounds."""

import pytest

from membership.babies import doors
from tests.controls import CHANCES
from tests.makers import vaccination_races as races

pytestmark = pytest.mark.usefixtures("world")

UNLOCKED = "SELECT true FROM baby WHERE id = $1"


async def test_sixteen_doses_at_once() -> None:
    races.expect_all(await races.everybody_writes_another(16), 16)


async def test_one_dose_sixteen_times() -> None:
    races.expect_one(await races.everybody_writes_the_same(16))


async def test_control_without_the_lock_doses_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "LOCK", UNLOCKED)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_all(await races.everybody_writes_another(16), 16)
