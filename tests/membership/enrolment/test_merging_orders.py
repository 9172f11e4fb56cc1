"""Who seals something on an order while its member becomes another one seals it for whom she is then."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from foundation.transactions import transactional
from membership import adjustments, mall, members
from membership.adjustments import queries as adjusting
from membership.enrolment.merging import MovedInMerge, merge
from membership.mall import queries
from membership.staff import Role
from tests.makers import adjustment_races
from tests.makers.members import make_known_member
from tests.makers.orders import make_operator, make_shopper, order_delivery, shipped

pytestmark = pytest.mark.usefixtures("world")


async def while_becoming(gone: UUID, stays: UUID, verb: Callable[[], Awaitable[object]]) -> None:
    """The verb begins when everything has moved and nothing is committed."""
    moved, commit = asyncio.Event(), asyncio.Event()

    @transactional
    async def become() -> MovedInMerge:
        held = await members.hold({gone, stays})
        outcome = await merge(held[gone], held[stays])
        moved.set()
        await commit.wait()
        return outcome

    async def meanwhile() -> None:
        await moved.wait()
        waiting = asyncio.ensure_future(verb())
        await asyncio.sleep(0.1)
        commit.set()
        await waiting

    await asyncio.gather(become(), meanwhile())


async def test_a_parcel_that_is_shipped_meanwhile() -> None:
    shopper, stays, operator = await make_shopper(), (await make_known_member()).id, await make_operator()
    order = await order_delivery(shopper)
    await while_becoming(shopper.id, stays, lambda: mall.ship(operator, order.id, mall.Shipment("顺丰速运", "SF777")))
    assert (await mall.redemption(stays, order.id)).tracking_number == "SF777"


async def test_a_return_that_is_refused_meanwhile() -> None:
    shopper, stays, operator = await make_shopper(), (await make_known_member()).id, await make_operator()
    order = await shipped(shopper)
    await mall.request_return(shopper.id, order.id, "不想要了")
    assert (await queries.one_for_staff(order.id)).return_reason == "不想要了"
    await while_becoming(shopper.id, stays, lambda: mall.refuse_return(operator, order.id, "已拆封"))
    assert (await mall.redemption(stays, order.id)).return_refused == "已拆封"


async def test_an_adjustment_that_is_rejected_meanwhile() -> None:
    shopper, stays, clerk = await make_shopper(), (await make_known_member()).id, await adjustment_races.make_clerk()
    operator = await adjustment_races.make_operator()
    asked = await adjustments.adjust(clerk, Role.CLERK, shopper.id, 900, "补发")
    await while_becoming(shopper.id, stays, lambda: adjustments.reject(operator, Role.OPERATOR, asked.id, "不符合规定"))
    rejected = await adjusting.one(asked.id)
    assert (rejected.reason, rejected.rejected_because) == ("补发", "不符合规定")
