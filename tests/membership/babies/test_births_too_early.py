"""A birth that is told before it can be one: no complaint, and the way to stop is named."""

from datetime import timedelta

import pytest
import time_machine

from foundation import clock
from foundation.errors import Invalid
from membership import babies
from membership.babies import Newborn
from membership.babies.reckoning import TOO_FAR_APART
from tests.makers.babies import make_mother, make_pregnancy

pytestmark = pytest.mark.usefixtures("world")


async def test_a_birth_before_22_weeks_is_met_gently_and_names_no_field_that_she_did_not_fill() -> None:
    mother = await make_mother()
    for weeks, said, field in ((20, None, "birth_date"), (30, 20 * 7, "gestation_days_at_birth")):
        pregnancy = await make_pregnancy(mother.id, clock.today() + timedelta(days=280 - weeks * 7))
        with pytest.raises(Invalid) as refused:
            await babies.born(mother.id, pregnancy, clock.today(), [Newborn()], gestation_days_at_birth=said)
        (error,) = refused.value.errors
        assert error.field == field and "停止" in error.message and "请检查" not in error.message
        assert ("孕周" in error.message) == (field == "gestation_days_at_birth")
    late = await make_pregnancy(mother.id, clock.today() - timedelta(days=28))
    tomorrow = time_machine.travel(clock.start_of_day(clock.today() + timedelta(days=1)), tick=True)
    with tomorrow, pytest.raises(Invalid) as refused:
        await babies.born(mother.id, late, clock.today(), [Newborn()])
    assert [error.message for error in refused.value.errors] == [TOO_FAR_APART]
