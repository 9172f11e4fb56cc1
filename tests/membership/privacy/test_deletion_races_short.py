"""Her second thoughts against the clock, and several workers at one deletion."""

import pytest

from tests.controls import CHANCES
from tests.makers.deletion_races import (
    careless_change_against_the_clock,
    change_of_mind_against_the_clock,
    several_clocks_at_once,
)

pytestmark = pytest.mark.usefixtures("world")
ONE_OR_THE_OTHER = {(True, "active"), (False, "erased")}


async def test_who_is_told_that_she_stays_stays() -> None:
    assert await change_of_mind_against_the_clock() in ONE_OR_THE_OTHER


async def test_without_the_condition_she_is_told_so_and_goes() -> None:
    assert any([await careless_change_against_the_clock() == (True, "erased") for _ in CHANCES])


async def test_several_workers_erase_once() -> None:
    assert await several_clocks_at_once() == (1, 1)
