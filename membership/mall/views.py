"""What the mall shows."""

from datetime import datetime
from uuid import UUID

import msgspec

from membership.addresses import Address
from membership.catalogue import Fulfilment
from membership.mall.machine import Status


class RedemptionView(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the mother sees it; points and money are for all pieces.

    `address` and `goods` (codes and texts of virtual goods) are there only where one order is read by itself.
    """

    id: UUID
    status: Status
    fulfilment: Fulfilment = Fulfilment.PICKUP
    product_id: UUID
    product_name: str
    quantity: int
    points: int
    money_fen: int = 0
    discount_fen: int = 0
    payment_id: UUID | None = None
    pay_by: datetime | None = None
    paid_at: datetime | None = None
    store_code: str | None = None
    store_name: str | None = None
    pickup_code: str | None = None
    created_at: datetime
    handed_over_at: datetime | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    return_until: datetime | None = None
    """Until when a return can be asked for; None where it can't."""
    return_requested_at: datetime | None = None
    return_refused: str | None = None
    """Why the last return that she asked for was not accepted."""
    returned_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_because: str | None = None
    """`unpaid`, `uncollected`, `undeliverable` or `staff`; None: she asked for it."""
    address: Address | None = None
    goods: tuple[str, ...] = ()


class CounterRedemption(msgspec.Struct, frozen=True, kw_only=True):
    """A redemption as the clerk at the counter sees it; the mother's name is masked (`王**`)."""

    id: UUID
    status: Status
    product_name: str
    quantity: int
    member_name: str
    created_at: datetime
    handed_over_at: datetime | None
    cancelled_at: datetime | None


class StaffOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as those see it who ship it or take it back. Nothing personal: the address is asked for by itself."""

    id: UUID
    status: Status
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
