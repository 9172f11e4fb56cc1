"""Twenty rounds of sales that come back while the rule that paid them is changed; and the control."""

import pytest

from membership.earning import paying
from tests.controls import CHANCES
from tests.makers import budget_races as races

pytestmark = pytest.mark.usefixtures("world")


@pytest.mark.parametrize("_round", range(20))
async def test_thirty_sales_come_back_while_the_rule_is_changed(_round: int) -> None:
    races.expect_all_the_room(await races.release_while_it_is_changed(30), 30)


@pytest.mark.parametrize("_round", range(20))
async def test_a_sale_comes_back_in_the_middle_of_a_change(monkeypatch: pytest.MonkeyPatch, _round: int) -> None:
    races.expect_room_in_the_new_version(await races.release_in_the_middle_of_a_change(monkeypatch))


async def test_control_where_the_current_version_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paying, "HOLD_CURRENT", races.NOT_HELD)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            races.expect_room_in_the_new_version(await races.release_in_the_middle_of_a_change(monkeypatch))
