"""What is sent: to the address as it was, seen only by who ships it, returnable for seven days."""

from datetime import timedelta
from uuid import UUID

import pytest

from foundation import database
from foundation.errors import Invalid
from foundation.pages import PageQuery
from foundation.transactions import transactional
from membership import addresses, mall, members, points
from membership.addresses import AddressChanges
from membership.catalogue import Fulfilment, FulfilmentNotOffered
from membership.mall import shipping
from membership.points import Kind
from membership.privacy import retention
from tests.makers.members import make_member
from tests.makers.orders import (
    audited,
    let_pass,
    make_offer,
    make_operator,
    make_shopper,
    order_delivery,
    shipped,
    stock_of,
    told,
)
from tests.makers.points import entries_of
from tests.makers.retention import rule_of
from tests.makers.stores import make_store
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")

SHIPMENT = mall.Shipment("顺丰速运", "SF1234567890")


async def balance_of(member_id: UUID) -> int:
    return (await points.summary(member_id)).balance


async def test_an_order_is_sent_to_the_address_as_it_was() -> None:
    shopper, product = await make_shopper(), await make_offer(delivery=True, stock=5)
    order = await order_delivery(shopper, product, quantity=2)
    assert (order.status, order.points, order.store_code, order.pickup_code) == (mall.Status.TO_SHIP, 200, None, None)
    await addresses.change(shopper.id, shopper.address_id, AddressChanges(detail="搬家以后的新地址"))
    await addresses.remove(shopper.id, shopper.address_id)
    whole = await mall.redemption_whole(shopper.id, order.id)
    assert whole.address is not None
    assert whole.address.detail == "测试路1号201室"
    row = await database.fetchrow("SELECT address_sealed FROM redemption WHERE id = $1", order.id)
    assert row is not None
    assert "陈小雨".encode() not in bytes(row["address_sealed"])
    assert (await stock_of(product), await balance_of(shopper.id)) == (3, 800)


async def test_each_way_asks_for_what_it_needs() -> None:
    shopper, product, store = await make_shopper(), await make_offer(delivery=True), await make_store()
    stranger = await make_shopper()
    for wish in (
        mall.Wish(product_id=product, fulfilment=Fulfilment.DELIVERY),
        mall.Wish(product_id=product, fulfilment=Fulfilment.PICKUP),
        mall.Wish(product_id=product, store_code=store.code, address_id=shopper.address_id),
    ):
        with pytest.raises(Invalid):
            await mall.order(shopper.id, wish)
    with pytest.raises(addresses.AddressNotFound):
        wish = mall.Wish(product_id=product, fulfilment=Fulfilment.DELIVERY, address_id=stranger.address_id)
        await mall.order(shopper.id, wish)
    assert (await stock_of(product), await balance_of(shopper.id)) == (10, 1_000)


async def test_who_ships_sees_the_address_and_that_is_written_down() -> None:
    shopper, operator = await make_shopper(), await make_operator()
    order = await order_delivery(shopper)
    address = await mall.address_to_ship(operator, order.id)
    assert (address.name, address.phone) == ("陈小雨", "+8613912345678")
    view = await mall.ship(operator, order.id, SHIPMENT)
    assert (view.status, view.carrier, view.tracking_number) == (mall.Status.SHIPPED, "顺丰速运", "SF1234567890")
    with pytest.raises(mall.AddressNotNeeded):
        await mall.address_to_ship(operator, order.id)
    with pytest.raises(mall.AlreadyShipped):
        await mall.ship(operator, order.id, SHIPMENT)
    assert await audited(order.id) == ["order.address_read", "order.shipped"]
    assert await told(shopper.id) == ["order_shipped"]
    written = await database.fetch("SELECT before, after, reason FROM audit_entry WHERE subject_id = $1", str(order.id))
    assert "陈小雨" not in str([dict(row) for row in written])


async def test_it_can_be_cancelled_until_it_is_shipped() -> None:
    shopper, product = await make_shopper(), await make_offer(delivery=True)
    order = await order_delivery(shopper, product)
    cancelled = await mall.cancel(shopper.id, order.id)
    assert cancelled.status is mall.Status.CANCELLED
    assert await mall.cancel(shopper.id, order.id) == cancelled
    assert (await stock_of(product), await balance_of(shopper.id)) == (10, 1_000)
    sent = await shipped(shopper, product)
    with pytest.raises(mall.AlreadyShipped):
        await mall.cancel(shopper.id, sent.id)


async def test_she_says_that_it_has_come_or_the_clock_does() -> None:
    shopper = await make_shopper()
    order, forgotten = await shipped(shopper), await shipped(shopper)
    confirmed = await mall.confirm(shopper.id, order.id)
    assert confirmed.delivered_at is not None
    assert confirmed.return_until == confirmed.delivered_at + timedelta(days=7)
    assert await mall.confirm(shopper.id, order.id) == confirmed
    await let_pass(forgotten.id, timedelta(days=10))
    await shipping.arrived()
    assert (await mall.redemption(shopper.id, forgotten.id)).status is mall.Status.DELIVERED


@pytest.mark.parametrize("restock", [True, False])
async def test_a_return_gives_everything_back(restock: bool) -> None:
    shopper, product, operator = await make_shopper(), await make_offer(delivery=True), await make_operator()
    order = await shipped(shopper, product)
    await mall.confirm(shopper.id, order.id)
    asked = await mall.request_return(shopper.id, order.id, "颜色不喜欢")
    assert asked.status is mall.Status.RETURN_REQUESTED
    assert await mall.request_return(shopper.id, order.id, "又问一次") == asked
    assert await balance_of(shopper.id) == 900
    returned = await mall.receive_return(operator, order.id, restock=restock)
    assert (returned.status, returned.restocked) == (mall.Status.RETURNED, restock)
    with pytest.raises(mall.AlreadyReturned):
        await mall.receive_return(operator, order.id, restock=restock)
    assert (await stock_of(product), await balance_of(shopper.id)) == (10 if restock else 9, 1_000)
    assert (Kind.ORDER_RETURNED, 100) in await entries_of(shopper.id)
    assert "order_return" in await told(shopper.id)


async def test_a_return_comes_within_seven_days_and_can_be_refused() -> None:
    shopper, operator = await make_shopper(), await make_operator()
    order, late = await shipped(shopper), await shipped(shopper)
    await mall.request_return(shopper.id, order.id, "还没收到就不想要了")
    refused = await mall.refuse_return(operator, order.id, "商品已拆封使用")
    assert refused.status is mall.Status.DELIVERED
    view = await mall.redemption(shopper.id, order.id)
    assert (view.return_requested_at, view.delivered_at is not None) == (None, True)
    assert view.return_refused == "商品已拆封使用"
    bodies = await database.fetch("SELECT body FROM notification WHERE member_id = $1", shopper.id)
    assert not [row for row in bodies if "拆封" in row["body"]], "what somebody typed stands with the order, sealed"
    with pytest.raises(mall.ReturnNotRequested):
        await mall.refuse_return(operator, order.id, "再来一次")
    assert (await mall.request_return(shopper.id, order.id, "还是想退")).return_refused is None
    await mall.confirm(shopper.id, late.id)
    await let_pass(late.id, timedelta(days=7))
    with pytest.raises(mall.ReturnTooLate):
        await mall.request_return(shopper.id, late.id, "太晚了")
    assert await audited(order.id) == ["order.shipped", "order.return_refused"]


async def test_the_staff_can_cancel_what_can_not_be_sent() -> None:
    shopper, product, operator = await make_shopper(), await make_offer(delivery=True), await make_operator()
    order = await order_delivery(shopper, product)
    await mall.cancel_by_staff(operator, order.id, "仓库破损")
    view = await mall.redemption(shopper.id, order.id)
    assert (view.status, view.cancelled_because) == (mall.Status.CANCELLED, "staff")
    assert (await stock_of(product), await balance_of(shopper.id)) == (10, 1_000)
    assert await told(shopper.id) == ["order_released"]
    with pytest.raises(mall.AlreadyCancelled):
        await mall.cancel_by_staff(operator, order.id, "再来一次")


async def test_lists_of_open_orders_are_paged_and_one_query() -> None:
    shopper = await make_shopper()
    made = [(await order_delivery(shopper)).id for _ in range(3)]
    found: list[UUID] = []
    cursor = None
    while True:
        with statements() as seen:
            page = await mall.to_ship(PageQuery(cursor=cursor, limit=2))
        assert len(seen) == 1
        found += [view.id for view in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [each for each in found if each in made] == made
    with statements() as seen:
        mine = await mall.redemptions(shopper.id, PageQuery())
    assert len(seen) == 1
    assert [view.id for view in mine.items] == made[::-1]


@transactional
async def merge(old: UUID, new: UUID) -> None:
    await members.hold((old, new))
    await points.move_all(old, new, f"test:{old}")
    await mall.move_all(old, new)


async def test_a_merged_members_order_keeps_its_address_under_the_other_key() -> None:
    shopper, new = await make_shopper(), await make_member()
    order = await order_delivery(shopper)
    await merge(shopper.id, new.id)
    whole = await mall.redemption_whole(new.id, order.id)
    assert whole.address is not None
    assert whole.address.name == "陈小雨"
    await mall.cancel(new.id, order.id)
    assert await balance_of(new.id) == 1_000


async def test_an_address_is_forgotten_ninety_days_after_the_end() -> None:
    shopper = await make_shopper()
    ended, waiting = await shipped(shopper), await order_delivery(shopper)
    await mall.confirm(shopper.id, ended.id)
    for order in (ended, waiting):
        await let_pass(order.id, timedelta(days=90))
    await retention.apply(rule_of("redemption.address_sealed"))
    assert (await mall.redemption_whole(shopper.id, ended.id)).address is None
    assert (await mall.redemption_whole(shopper.id, waiting.id)).address is not None


async def test_what_can_only_be_picked_up_is_not_sent() -> None:
    with pytest.raises(FulfilmentNotOffered):
        await order_delivery(await make_shopper(), await make_offer())
