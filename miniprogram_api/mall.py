"""The mall's orders: redeeming a product, one's own redemptions, cancelling, receiving, sending back."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from foundation.http import Body, Caller, IdempotencyKey, Page, PageQuery, View
from membership import addresses, catalogue, coupons, families, mall, payments
from membership.points import NotEnoughPoints
from membership.stores import StoreClosed, StoreCode, StoreNotFound
from miniprogram_api.face import mothers

Quantity = Annotated[int, Meta(ge=1, le=99, description="Pieces.", examples=[1])]


class RedeemIn(Body):
    """What she wants and how she gets it: `pickup` needs a `store`, `delivery` an `address_id`, `virtual` and `coupon`
    neither. `coupon_id` takes something off the money."""

    product_id: UUID
    store: StoreCode | None = None
    quantity: Quantity = 1
    fulfilment: catalogue.Fulfilment = catalogue.Fulfilment.PICKUP
    address_id: UUID | None = None
    coupon_id: UUID | None = None


class ReturnIn(Body):
    """Why she sends it back."""

    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class OrderAddressOut(View):
    """Where it is sent: the address as it was when she ordered. `phone` is E.164."""

    name: str
    phone: str
    region: str
    detail: str


class RedemptionOut(View):
    """A redemption. `points` and the money are for all pieces; the store asks for `pickup_code`.

    `money_fen` is to be paid by `pay_by` (`POST /api/v1/me/payments/{payment_id}/preparation`) or the redemption is
    given up. `address` and `goods` (codes and texts of virtual goods) are filled where one redemption is read by
    itself. `return_until`: until when a return can be asked for; `return_refused`: why the last one was not accepted.
    `cancelled_because`: `unpaid`, `uncollected`, `undeliverable`, `staff`, or null when she asked for it.
    """

    id: UUID
    status: mall.Status
    fulfilment: catalogue.Fulfilment
    product_id: UUID
    product_name: str
    quantity: int
    points: int
    money_fen: int
    discount_fen: int
    payment_id: UUID | None
    pay_by: datetime | None
    paid_at: datetime | None
    store: str | None
    store_name: str | None
    pickup_code: str | None
    created_at: datetime
    handed_over_at: datetime | None
    carrier: str | None
    tracking_number: str | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    return_until: datetime | None
    return_requested_at: datetime | None
    return_refused: str | None
    returned_at: datetime | None
    cancelled_at: datetime | None
    cancelled_because: str | None
    address: OrderAddressOut | None
    goods: list[str]


REFUSED_COUPONS = (
    *coupons.CANNOT_BE_USED,
    coupons.CouponTemplateNotFound,
    coupons.CouponNotOffered,
    coupons.CouponsGone,
    coupons.CouponLimitReached,
)
"""One that is to take something off, and one that is what she redeems."""


@mothers.post(
    "/mall/redemptions",
    who="member",
    status=201,
    refuses=(
        catalogue.ProductNotFound,
        catalogue.NotYetOnSale,
        catalogue.LevelTooLow,
        catalogue.FulfilmentNotOffered,
        catalogue.LimitReached,
        catalogue.SoldOut,
        catalogue.QuantityOutOfRange,
        NotEnoughPoints,
        families.SpendingNotAllowed,
        families.MonthlyLimitReached,
        StoreNotFound,
        StoreClosed,
        addresses.AddressNotFound,
        payments.PaymentUnavailable,
        payments.VirtualPaymentOff,
        *REFUSED_COUPONS,
    ),
)
async def redeem(caller: Caller, body: RedeemIn, key: IdempotencyKey) -> RedemptionOut:
    """Redeem a product with points, or with points and money.

    Points and stock move together or not at all. The gift waits in the store until the mother shows the pick-up code,
    is sent to her, or is hers at once. What costs money holds points and stock for 15 minutes, until she has paid.
    """
    wish = mall.Wish(
        product_id=body.product_id,
        quantity=body.quantity,
        fulfilment=body.fulfilment,
        store_code=body.store,
        address_id=body.address_id,
        coupon_id=body.coupon_id,
    )
    return redemption_out(await mall.order(caller.subject, wish))


@mothers.get("/mall/redemptions", who="member")
async def redemptions(caller: Caller, query: PageQuery) -> Page[RedemptionOut]:
    """One's own redemptions, the newest first."""
    page = await mall.redemptions(caller.subject, query)
    return Page(items=[redemption_out(redemption) for redemption in page.items], next_cursor=page.next_cursor)


@mothers.get("/mall/redemptions/{redemption_id}", who="member", refuses=(mall.RedemptionNotFound,))
async def redemption(caller: Caller, redemption_id: UUID) -> RedemptionOut:
    """One of one's own redemptions, with its address and its virtual goods."""
    return redemption_out(await mall.redemption_whole(caller.subject, redemption_id))


@mothers.post(
    "/mall/redemptions/{redemption_id}/cancellation",
    who="member",
    refuses=(
        mall.RedemptionNotFound,
        mall.AlreadyHandedOver,
        mall.AlreadyShipped,
        mall.AlreadyDelivered,
        mall.ReturnUnderWay,
        mall.AlreadyReturned,
    ),
)
async def cancel_redemption(caller: Caller, redemption_id: UUID) -> RedemptionOut:
    """Cancel a redemption before it is handed over or shipped; what is had at once can't be cancelled.

    The points return to the lots they came from, with their old expiry, and money to where it came from. Cancelling
    again gives the same answer.
    """
    return redemption_out(await mall.cancel(caller.subject, redemption_id))


@mothers.post(
    "/mall/redemptions/{redemption_id}/receipt",
    who="member",
    refuses=(
        mall.RedemptionNotFound,
        mall.NotPaidYet,
        mall.NotShippedYet,
        mall.AlreadyHandedOver,
        mall.AlreadyCancelled,
        mall.ReturnUnderWay,
        mall.AlreadyReturned,
    ),
)
async def confirm_receipt(caller: Caller, redemption_id: UUID) -> RedemptionOut:
    """Say that a shipped redemption has arrived; ten days after its shipping it counts as arrived by itself.

    Saying so again gives the same answer.
    """
    return redemption_out(await mall.confirm(caller.subject, redemption_id))


@mothers.post(
    "/mall/redemptions/{redemption_id}/return",
    who="member",
    refuses=(
        mall.RedemptionNotFound,
        mall.ReturnTooLate,
        mall.NotPaidYet,
        mall.NotShippedYet,
        mall.AlreadyDelivered,
        mall.AlreadyHandedOver,
        mall.AlreadyCancelled,
        mall.AlreadyReturned,
    ),
)
async def request_return(caller: Caller, redemption_id: UUID, body: ReturnIn) -> RedemptionOut:
    """Ask to send back what was delivered, within seven days.

    Points and money return when the staff have the goods. Asking again gives the same answer.
    """
    return redemption_out(await mall.request_return(caller.subject, redemption_id, body.reason))


def redemption_out(view: mall.RedemptionView) -> RedemptionOut:
    """As the mother sees it."""
    values = {name: getattr(view, name) for name in view.__struct_fields__}
    address = view.address
    values["store"] = values.pop("store_code")
    values["goods"] = list(view.goods)
    values["address"] = None if address is None else OrderAddressOut(**msgspec.structs.asdict(address))
    return RedemptionOut(**values)
