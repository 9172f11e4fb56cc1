"""Twenty rounds of fifty taps across midnight: each day signed exactly once, and a control that fails."""

import pytest

from tests.controls import CHANCES
from tests.makers import sign_in_races as races

pytestmark = pytest.mark.usefixtures("world")


@pytest.mark.parametrize("_round", range(20))
async def test_fifty_taps_at_midnight(_round: int, monkeypatch: pytest.MonkeyPatch) -> None:
    races.expect_one_per_day(await races.taps_at_midnight(monkeypatch))


async def test_control_without_the_row_that_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_one_per_day(await races.taps_at_midnight(monkeypatch, locked=False))
