"""The races of growth in short; tests/races runs them twenty times, with their controls."""

import pytest

from tests.makers import growth_races as races

pytestmark = pytest.mark.usefixtures("world")


async def test_the_same_measurement_at_once() -> None:
    races.expect_one_record(await races.tap_at_once(8))


async def test_more_at_once_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    races.expect_three(await races.fill_at_once(8, monkeypatch), 8)
