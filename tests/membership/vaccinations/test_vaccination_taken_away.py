"""A record of a vaccination that she removed stays removed in a database that was restored."""

from datetime import timedelta

import pytest

from foundation import clock
from membership import babies, privacy, vaccinations
from membership.vaccinations import DoseGiven, Status
from tests.makers.babies import authorize, make_child
from tests.makers.members import make_known_member
from tests.makers.restored import backup_of
from tests.makers.vaccinations import give, lines

pytestmark = pytest.mark.usefixtures("world")


@pytest.mark.parametrize("is_put_away", [False, True])
async def test_a_removed_record_does_not_come_back(is_put_away: bool) -> None:
    mother = await make_known_member()
    await authorize(mother.id)
    born = clock.today() - timedelta(days=100)
    baby = await make_child(mother.id, born)
    await give(mother.id, baby, born, ("HepB", 1), ("BCG", 1))
    await vaccinations.skip(mother.id, baby, [("MMR", 1)])
    backup = await backup_of(mother.id)
    made = await lines(mother.id, baby)
    for key in (("HepB", 1), ("MMR", 1)):
        record = made[key].record
        assert record is not None
        await vaccinations.remove(mother.id, baby, record)
    await vaccinations.record(mother.id, baby, born, [DoseGiven("HepB", 1)])
    await backup.restore()
    assert (await lines(mother.id, baby))["MMR", 1].status == Status.SKIPPED, "the backup has brought it back"
    if is_put_away:
        await babies.put_away(mother.id, baby)
    assert (await privacy.replay()).taken_away == 2
    assert (await privacy.replay()).taken_away == 0
    if is_put_away:
        await babies.bring_back(mother.id, baby)
    made = await lines(mother.id, baby)
    assert made["HepB", 1].record is None
    assert made["MMR", 1].status != Status.SKIPPED
    assert made["BCG", 1].status == Status.DONE
