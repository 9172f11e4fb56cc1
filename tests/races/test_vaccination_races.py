"""Twenty rounds of everybody at once at one sheet: nothing is overwritten, nothing stands twice."""

import pytest

from membership.babies import doors
from tests.controls import CHANCES
from tests.makers import vaccination_races as races

pytestmark = pytest.mark.usefixtures("world")

ROUNDS = range(20)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_forty_doses_at_once(_round: int) -> None:
    races.expect_all(await races.everybody_writes_another(40), 40)


@pytest.mark.parametrize("_round", ROUNDS)
async def test_one_dose_forty_times(_round: int) -> None:
    races.expect_one(await races.everybody_writes_the_same(40))


async def test_control_forty_doses_without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "LOCK", "SELECT true FROM baby WHERE id = $1")
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_all(await races.everybody_writes_another(40), 40)
