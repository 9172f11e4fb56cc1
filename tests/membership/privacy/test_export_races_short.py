"""One download is one, however many come at once."""

import pytest

from tests.makers.export_races import careless_download, downloads_at_once

pytestmark = pytest.mark.usefixtures("world")


async def test_exactly_one_gets_it() -> None:
    assert await downloads_at_once() == 1


async def test_without_the_condition_several_do() -> None:
    assert await downloads_at_once(careless_download) > 1
