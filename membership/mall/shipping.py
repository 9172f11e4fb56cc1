"""What is delivered: the staff see where to, ship it, and the mother or the clock says that it arrived."""

from datetime import timedelta
from uuid import UUID

import msgspec

from foundation import audit, database, jobs
from foundation.pages import Page, PageQuery
from foundation.transactions import transactional
from membership import disclosures, members, notifications
from membership.addresses import Address
from membership.mall import destinations, orders, queries
from membership.mall.errors import AddressNotNeeded
from membership.mall.machine import Status, Verb, Who
from membership.mall.views import RedemptionView, StaffOrder

ARRIVED_AFTER = timedelta(days=10)
"""What nobody said to have arrived has, so long after its shipping."""

_SHIP = """
UPDATE redemption SET status = $2, shipped_at = now(), shipped_by_id = $3, carrier = $4, tracking_number_sealed = $5
WHERE id = $1
"""
_ARRIVE = "UPDATE redemption SET status = $2, delivered_at = now() WHERE id = $1"
_LONG_SHIPPED = """
SELECT id FROM redemption WHERE status = 'shipped' AND shipped_at <= now() - $1::interval ORDER BY shipped_at LIMIT $2
"""
BATCH = 200


class Shipment(msgspec.Struct, frozen=True):
    """Who carries it, and under which number."""

    carrier: str
    tracking_number: str


@transactional
async def address_to_ship(by: UUID, order_id: UUID) -> Address:
    """The whole address of an order that is to be shipped; that it was read is written down, for her to read as well.

    Raises `RedemptionNotFound`, `AddressNotNeeded`.
    """
    order = await orders.lock(order_id)
    if order.status is not Status.TO_SHIP:
        raise AddressNotNeeded
    assert order.address_sealed is not None, "the database would not have it otherwise"
    await audit.record(by, "order.address_read", "order", order_id, reason="shipping")
    await disclosures.note_address_read(by, order.member_id)
    return await destinations.read(order.member_id, order_id, order.address_sealed)


@transactional
async def ship(by: UUID, order_id: UUID, shipment: Shipment) -> StaffOrder:
    """Says that an order is on its way. Raises `RedemptionNotFound`, and why it can't be shipped."""
    order, member = await orders.lock_with_member(order_id)
    status = order.target(Verb.SHIP, Who.STAFF)
    # The number leads to her at the carrier: it stands with the order, sealed, and nowhere else.
    sealed = members.seal_words(member, "redemption", "tracking_number_sealed", order_id, shipment.tracking_number)
    await database.execute(_SHIP, order_id, status, by, shipment.carrier, sealed)
    await audit.record(by, "order.shipped", "order", order_id, after={"carrier": shipment.carrier})
    body = f"您兑换的商品已由{shipment.carrier}发出，请留意收货。单号可在订单里查看。"
    await notifications.notify(order.member_id, "order_shipped", str(order_id), "商品已发货", body)
    return await queries.one_for_staff(order_id)


@transactional
async def confirm(member_id: UUID, order_id: UUID) -> RedemptionView:
    """She has it. Saying so again gives the same answer. Raises `RedemptionNotFound`, and why it can't have come."""
    order = await orders.lock_own(member_id, order_id)
    if order.status is not Status.DELIVERED:
        await database.execute(_ARRIVE, order_id, order.target(Verb.CONFIRM, Who.MEMBER))
    return await queries.redemption(member_id, order_id)


@jobs.by_the_clock("mall.arrived", "40 19 * * *")
async def arrived() -> int:
    """What was shipped ten days ago has arrived; how many."""
    moved = 0
    while rows := await database.fetch(_LONG_SHIPPED, ARRIVED_AFTER, BATCH):
        for row in rows:
            moved += await _arrive(row["id"])
    return moved


@transactional
async def _arrive(order_id: UUID) -> int:
    order = await orders.lock(order_id)
    if order.status is Status.SHIPPED:
        return await database.execute(_ARRIVE, order_id, order.target(Verb.CONFIRM, Who.CLOCK))
    return 0


async def to_ship(query: PageQuery) -> Page[StaffOrder]:
    """Orders that are to be shipped, the oldest first, without their addresses. Raises `Invalid` (cursor)."""
    return await queries.for_staff(query, Status.TO_SHIP)
