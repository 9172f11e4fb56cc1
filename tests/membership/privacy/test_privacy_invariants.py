"""The invariants see what they are there for."""

import pytest

from membership.privacy.invariants import INVARIANTS
from tests.breakers import broken_by, keeps
from tests.makers.export_races import ready_export
from tests.makers.members import make_member
from tests.makers.privacy import ask, delete_now

pytestmark = pytest.mark.usefixtures("world")
WRITTEN, NOTHING, FINISHED, COPIES = INVARIANTS


@keeps(INVARIANTS)
async def test_a_deletion_keeps_them() -> None:
    member = await make_member()
    await ready_export(member.id)
    await delete_now(member.id)


async def test_an_erasure_that_nobody_wrote_down_is_seen() -> None:
    member = await make_member()
    damage = "UPDATE member SET status = 'erased', data_key = NULL WHERE id = $1"
    assert len(await broken_by(damage, WRITTEN, member.id)) == 1
    assert len(await broken_by(damage, NOTHING, member.id)) == 1, "WeChat still knows her"


async def test_one_that_was_never_finished_is_seen() -> None:
    member = await make_member()
    await ask(member.id)
    damage = "UPDATE member_deletion SET begun_at = now() - interval '25 hours' WHERE member_id = $1"
    assert len(await broken_by(damage, FINISHED, member.id)) == 1


async def test_a_copy_that_stays_is_seen() -> None:
    member = await make_member()
    await ready_export(member.id)
    damage = "UPDATE data_export SET expires_at = now() - interval '3 hours' WHERE member_id = $1"
    assert len(await broken_by(damage, COPIES, member.id)) == 1
