"""The stampede, once; twenty rounds over HTTP are in `make races`."""

import pytest

from membership import flash, mall
from membership.flash import winning
from tests.controls import CHANCES
from tests.makers import flash as stampedes

pytestmark = pytest.mark.usefixtures("world")

UNCOUNTED = "UPDATE flash_sale SET sold = least(sold + 1, units) WHERE id = $1"


async def test_forty_members_for_five_units() -> None:
    stampedes.expect_exactly(await stampedes.many_members(40, 5), 40, 5)


async def test_control_forty_members_where_nobody_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winning, "_COUNT", UNCOUNTED)
    with pytest.raises(AssertionError):
        for _ in CHANCES:
            stampedes.expect_exactly(await stampedes.many_members(40, 5), 40, 5)


async def test_one_member_who_presses_twenty_times() -> None:
    assert await stampedes.one_member(20) == {mall.RedemptionView.__name__: 1, flash.FlashOnce.__name__: 19}


async def test_one_device_with_twenty_members() -> None:
    assert await stampedes.one_device(20) == {mall.RedemptionView.__name__: 1, flash.FlashOnce.__name__: 19}
