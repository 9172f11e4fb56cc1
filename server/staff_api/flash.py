"""Flash sales: announcing them, calling them off, seeing what is left."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, Caller, IdempotencyKey, View
from membership import catalogue, flash
from membership.staff import Role
from server.staff_api.face import staff

Instant = Annotated[datetime, Meta(tz=True)]
SELLERS = (Role.OPERATOR.value, Role.ADMINISTRATOR.value)


class FlashSaleIn(Body):
    """`units` leave the gift's stock when the sale is announced; what is left returns when it is over.

    `min_account_hours`: so long before the start a member must have joined."""

    product_id: UUID
    points: Annotated[int, Meta(ge=1, le=10_000_000)]
    units: Annotated[int, Meta(ge=1, le=100_000)]
    starts_at: Instant
    ends_at: Instant
    min_account_hours: Annotated[int, Meta(ge=0, le=8_760)] = 24


class StaffFlashSaleOut(View):
    """A sale as the staff see it."""

    id: UUID
    product_id: UUID
    product_name: str
    points: int
    units: int
    left: int
    phase: flash.Phase
    starts_at: datetime
    ends_at: datetime
    min_account_hours: int
    closed: bool


@staff.post(
    "/flash-sales",
    who=SELLERS,
    status=201,
    refuses=(flash.FlashSaleInvalid, catalogue.ProductNotFound, catalogue.SoldOut),
)
async def announce_flash_sale(caller: Caller, body: FlashSaleIn, key: IdempotencyKey) -> StaffFlashSaleOut:
    """Announce a flash sale: up to 90 days ahead, for 7 days at most."""
    sale = await flash.announce(
        body.product_id,
        points=body.points,
        units=body.units,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        min_account_hours=body.min_account_hours,
        by=caller.subject,
    )
    return _out(sale)


@staff.get("/flash-sales/{sale_id}", who=SELLERS, refuses=(flash.FlashSaleNotFound,))
async def staff_flash_sale(caller: Caller, sale_id: UUID) -> StaffFlashSaleOut:
    """One flash sale, however old."""
    return _out(await flash.sale(sale_id))


@staff.post(
    "/flash-sales/{sale_id}/cancellation", who=SELLERS, refuses=(flash.FlashSaleNotFound, flash.FlashSaleStarted)
)
async def call_off_flash_sale(caller: Caller, sale_id: UUID) -> StaffFlashSaleOut:
    """Call off a sale that has not started; its units return to the shelf. Again: nothing happens."""
    return _out(await flash.call_off(sale_id, by=caller.subject))


def _out(sale: flash.FlashSaleView) -> StaffFlashSaleOut:
    return StaffFlashSaleOut(
        id=sale.id,
        product_id=sale.product_id,
        product_name=sale.product_name,
        points=sale.points,
        units=sale.units,
        left=sale.left,
        phase=sale.phase,
        starts_at=sale.starts_at,
        ends_at=sale.ends_at,
        min_account_hours=sale.min_account_hours,
        closed=sale.closed,
    )
