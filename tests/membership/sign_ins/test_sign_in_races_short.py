"""The race of taps at midnight in short; tests/races runs it twenty times."""

import pytest

from tests.makers import sign_in_races as races

pytestmark = pytest.mark.usefixtures("world")


async def test_fifty_taps_at_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    races.expect_one_per_day(await races.taps_at_midnight(monkeypatch))


async def test_control_without_the_row_that_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = await races.taps_at_midnight(monkeypatch, locked=False)
    assert signed.refused == ["UniqueViolationError"]
    with pytest.raises(AssertionError):
        races.expect_one_per_day(signed)
