"""Flash redemption: what is announced, and the button everybody presses at once."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, Caller, IdempotencyKey, Limit, View
from membership import families, flash
from membership.points import NotEnoughPoints
from membership.stores import StoreClosed, StoreCode, StoreNotFound
from miniprogram_api.face import mothers
from miniprogram_api.mall import RedemptionOut, redemption_out

THUMB = Limit(requests=2, seconds=1, burst=5)
"""As fast as a thumb presses; a program that presses faster wins nothing by it."""


class FlashSaleOut(View):
    """A sale. `points` is for one piece, `left` of `units` are left; count down by `now`, the server's clock."""

    id: UUID
    product_id: UUID
    product_name: str
    points: int
    units: int
    left: int
    phase: flash.Phase
    starts_at: datetime
    ends_at: datetime
    now: datetime
    min_account_hours: int


class FlashSalesOut(View):
    items: list[FlashSaleOut]


class FlashRedeemIn(Body):
    """`store`: where it is picked up. `device`: what the app knows its device by, always the same on one phone."""

    store: StoreCode
    device: Annotated[str, Meta(min_length=8, max_length=64, pattern="^[A-Za-z0-9_-]+$(?!\\n)")]


@mothers.get("/mall/flash-sales", who="public")
async def flash_sales() -> FlashSalesOut:
    """The flash sales that are announced, running, or just over."""
    return FlashSalesOut([_out(sale) for sale in await flash.sales()])


@mothers.get("/mall/flash-sales/{sale_id}", who="public", refuses=(flash.FlashSaleNotFound,))
async def flash_sale(sale_id: UUID) -> FlashSaleOut:
    """One flash sale."""
    return _out(await flash.sale(sale_id))


@mothers.post(
    "/mall/flash-sales/{sale_id}/redemptions",
    who="member",
    status=201,
    limit=THUMB,
    refuses=(
        flash.FlashSaleNotFound,
        flash.FlashNotStarted,
        flash.FlashOver,
        flash.FlashSoldOut,
        flash.FlashBusy,
        flash.FlashOnce,
        flash.AccountTooNew,
        NotEnoughPoints,
        families.SpendingNotAllowed,
        families.MonthlyLimitReached,
        StoreNotFound,
        StoreClosed,
    ),
)
async def redeem_flash(caller: Caller, sale_id: UUID, body: FlashRedeemIn, key: IdempotencyKey) -> RedemptionOut:
    """Try for one unit, to be picked up in a store.

    One per member and device, by the server's clock. `flash_busy` means that units may be left: press again.
    `flash_sold_out` is final."""
    return redemption_out(await flash.redeem(caller.subject, sale_id, body.store, body.device))


def _out(sale: flash.FlashSaleView) -> FlashSaleOut:
    return FlashSaleOut(
        id=sale.id,
        product_id=sale.product_id,
        product_name=sale.product_name,
        points=sale.points,
        units=sale.units,
        left=sale.left,
        phase=sale.phase,
        starts_at=sale.starts_at,
        ends_at=sale.ends_at,
        now=sale.now,
        min_account_hours=sale.min_account_hours,
    )
