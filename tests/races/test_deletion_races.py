"""Twenty rounds of second thoughts against the clock."""

import pytest

from tests.makers.deletion_races import change_of_mind_against_the_clock, several_clocks_at_once

pytestmark = pytest.mark.usefixtures("world")


async def test_who_is_told_that_she_stays_stays_every_time() -> None:
    rounds = {await change_of_mind_against_the_clock() for _ in range(20)}
    assert rounds <= {(True, "active"), (False, "erased")}


async def test_several_workers_erase_once_every_time() -> None:
    assert {await several_clocks_at_once() for _ in range(20)} == {(1, 1)}
