"""Orders: what is to be handed over or shipped, and where to; what comes back; the codes of virtual goods."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from foundation.http import Body, Caller, IdempotencyKey, Page, PageQuery, View
from membership import catalogue, mall
from membership.staff import Role
from server.staff_api.face import staff
from server.staff_api.redemptions import CounterRedemptionOut, counter_redemption_out

SHIPPERS = (Role.OPERATOR.value, Role.ADMINISTRATOR.value)
RECEIVERS = (*SHIPPERS, Role.CLERK.value)

Reason = Annotated[str, Meta(min_length=1, max_length=100)]


class OrderOut(View):
    """An order, without anything personal."""

    id: UUID
    status: mall.Status
    product_id: UUID
    product_name: str
    quantity: int
    store_code: str | None
    created_at: datetime
    paid_at: datetime | None
    carrier: str | None
    tracking_number: str | None
    shipped_at: datetime | None
    return_requested_at: datetime | None
    return_reason: str | None
    returned_at: datetime | None
    restocked: bool | None
    cancelled_at: datetime | None


class AddressQuery(Body):
    """What the address is needed for: an order's address is for shipping it."""

    purpose: Literal["shipping"]


class ShippingAddressOut(View):
    """Where an order is sent. `phone` is E.164."""

    name: str
    phone: str
    region: str
    detail: str


class ShipmentIn(Body):
    """Who carries it, and under which number."""

    carrier: Annotated[str, Meta(min_length=2, max_length=20, examples=["顺丰速运"])]
    tracking_number: Annotated[str, Meta(pattern="^[A-Za-z0-9-]{6,40}$(?!\\n)", examples=["SF1234567890123"])]


class CancelIn(Body):
    """`reason` is for the audit; she is told that the order can't be fulfilled."""

    reason: Reason


class ReturnIn(Body):
    """`restock`: the pieces go back into the stock; otherwise they are written off."""

    restock: bool


class RefusalIn(Body):
    """`reason` is told to her."""

    reason: Reason


class GoodsIn(Body):
    """Codes or texts, each for one piece."""

    texts: Annotated[list[Annotated[str, Meta(min_length=1, max_length=200)]], Meta(min_length=1, max_length=1000)]


class GoodsOut(View):
    """How many were new; the others were in the pool before."""

    added: int


@staff.get("/orders/to-hand-over", who="clerk")
async def orders_to_hand_over(caller: Caller, query: PageQuery) -> Page[CounterRedemptionOut]:
    """What waits to be picked up in the clerk's own store, the oldest first."""
    page = await mall.to_hand_over(UUID(caller.claims["store"]), query)
    return Page(items=[counter_redemption_out(view) for view in page.items], next_cursor=page.next_cursor)


@staff.get("/orders/to-ship", who=SHIPPERS)
async def orders_to_ship(query: PageQuery) -> Page[OrderOut]:
    """What is to be shipped, the oldest first."""
    page = await mall.to_ship(query)
    return Page(items=[_out(view) for view in page.items], next_cursor=page.next_cursor)


@staff.get("/orders/returns", who=RECEIVERS)
async def orders_to_return(query: PageQuery) -> Page[OrderOut]:
    """What is on its way back, the oldest first."""
    page = await mall.returns(query)
    return Page(items=[_out(view) for view in page.items], next_cursor=page.next_cursor)


@staff.get(
    "/orders/{order_id}/address",
    who=Role.OPERATOR.value,
    refuses=(mall.RedemptionNotFound, mall.AddressNotNeeded),
)
async def order_address(caller: Caller, order_id: UUID, query: AddressQuery) -> ShippingAddressOut:
    """Where to ship an order that waits for it. That it was read is written down."""
    address = await mall.address_to_ship(caller.subject, order_id)
    return ShippingAddressOut(**msgspec.structs.asdict(address))


@staff.post(
    "/orders/{order_id}/shipment",
    who=SHIPPERS,
    refuses=(
        mall.RedemptionNotFound,
        mall.NotPaidYet,
        mall.NotShippedYet,
        mall.AlreadyShipped,
        mall.AlreadyDelivered,
        mall.AlreadyHandedOver,
        mall.AlreadyCancelled,
        mall.ReturnUnderWay,
        mall.AlreadyReturned,
    ),
)
async def ship_order(caller: Caller, order_id: UUID, body: ShipmentIn) -> OrderOut:
    """Say that an order is on its way; she is told."""
    shipment = mall.Shipment(body.carrier, body.tracking_number)
    return _out(await mall.ship(caller.subject, order_id, shipment))


@staff.post(
    "/orders/{order_id}/cancellation",
    who=SHIPPERS,
    refuses=(
        mall.RedemptionNotFound,
        mall.AlreadyShipped,
        mall.AlreadyDelivered,
        mall.AlreadyHandedOver,
        mall.AlreadyCancelled,
        mall.ReturnUnderWay,
        mall.AlreadyReturned,
    ),
)
async def cancel_order(caller: Caller, order_id: UUID, body: CancelIn, key: IdempotencyKey) -> OrderOut:
    """Cancel an order that can't be fulfilled: everything goes back to her, and she is told."""
    return _out(await mall.cancel_by_staff(caller.subject, order_id, body.reason))


RETURN_REFUSALS = (
    mall.RedemptionNotFound,
    mall.ReturnNotRequested,
    mall.AlreadyHandedOver,
    mall.AlreadyCancelled,
    mall.AlreadyReturned,
)


@staff.post("/orders/{order_id}/return", who=RECEIVERS, refuses=RETURN_REFUSALS)
async def receive_return(caller: Caller, order_id: UUID, body: ReturnIn, key: IdempotencyKey) -> OrderOut:
    """Say that the goods are back: points and money return to her."""
    return _out(await mall.receive_return(caller.subject, order_id, restock=body.restock))


@staff.post("/orders/{order_id}/return-refusal", who=SHIPPERS, refuses=RETURN_REFUSALS)
async def refuse_return(caller: Caller, order_id: UUID, body: RefusalIn) -> OrderOut:
    """Refuse a return; she is told why."""
    return _out(await mall.refuse_return(caller.subject, order_id, body.reason))


@staff.post(
    "/products/{product_id}/goods",
    who=SHIPPERS,
    refuses=(catalogue.ProductNotFound, mall.GoodsNotForThisProduct),
)
async def add_virtual_goods(caller: Caller, product_id: UUID, body: GoodsIn) -> GoodsOut:
    """Put codes or texts into a virtual product's pool.

    Each is sold once, and sending the same again adds nothing. How many pieces are on offer is said by the stock.
    """
    return GoodsOut(await mall.add_goods(caller.subject, product_id, body.texts))


def _out(view: mall.StaffOrder) -> OrderOut:
    return OrderOut(**msgspec.structs.asdict(view))
