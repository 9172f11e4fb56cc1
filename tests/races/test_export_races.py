"""Twenty rounds for the one download."""

import pytest

from tests.makers.export_races import downloads_at_once

pytestmark = pytest.mark.usefixtures("world")


async def test_exactly_one_gets_it_every_time() -> None:
    assert [await downloads_at_once() for _ in range(20)] == [1] * 20
