"""Pages of all babies for jobs: nobody is left out because another can't be read."""

from uuid import UUID

import pytest

from foundation import database
from membership import authorizations, babies
from membership.babies import doors
from tests.makers.babies import make_child, make_mother

pytestmark = pytest.mark.usefixtures("world")


async def test_what_may_not_or_cannot_be_read_does_not_end_the_batches() -> None:
    made = sorted([await make_child((await make_mother()).id, nickname=str(number)) for number in range(4)])
    withdrawn, damaged = made[0], made[1]
    start = UUID(int=withdrawn.int - 1)
    first = [baby.id for baby in await babies.open_batch("service", start, 2)]
    mother = await database.fetchval("SELECT member_id FROM baby WHERE id = $1", withdrawn)
    await authorizations.withdraw(mother)
    await database.execute("UPDATE baby SET details_sealed = decode('00', 'hex') WHERE id = $1", damaged)
    page, next_after = await doors.open_page("service", start, 2)
    assert next_after is not None and next_after <= damaged and not {withdrawn, damaged} & {each.id for each in page}
    batch = [baby.id for baby in await babies.open_batch("service", start, 2)]
    assert len(batch) == 2 and not {withdrawn, damaged} & set(batch)
    assert first[0] == withdrawn, "before, it was the first"


async def test_the_last_page_names_none_to_go_on_from() -> None:
    assert await doors.open_page("service", UUID(int=2**128 - 1), 10) == ([], None)
    assert await babies.open_batch("service", UUID(int=2**128 - 1), 10) == []
