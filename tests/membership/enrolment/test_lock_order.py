"""Who holds a member asks for her ledgers next, and who writes to a ledger refers to its member: no circle of that."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from foundation.transactions import transactional
from membership import members, points
from tests.makers.phones import new_phone
from tests.makers.points import earn, new_key, open_account
from tests.membership.enrolment.parts import make_consenting_member

pytestmark = pytest.mark.usefixtures("world")

PATIENCE_SECONDS = 1.5


async def nothing_more(_member: members.MemberRecord) -> None:
    """She is only held, as by every verb about her."""


async def another_phone(member: members.MemberRecord) -> None:
    await members.attach_phone(member, new_phone())


@pytest.mark.parametrize("change", [nothing_more, another_phone])
async def test_a_held_member_can_earn(change: Callable[[members.MemberRecord], Awaitable[None]]) -> None:
    member_id = (await make_consenting_member()).id
    await open_account(member_id)
    held, earned = asyncio.Event(), asyncio.Event()

    @transactional
    async def hold_and_give() -> None:
        await change(await members.hold_one(member_id))
        held.set()
        await asyncio.wait_for(earned.wait(), PATIENCE_SECONDS)
        await points.grant(member_id, 5, kind=points.Kind.PROFILE_GIFT, key=new_key(), expires_on=None)

    holding = asyncio.create_task(hold_and_give())
    await held.wait()
    await earn(member_id, 10)
    earned.set()
    await holding
    assert (await points.summary(member_id)).balance == 15
