"""What the mall shows."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Status(StrEnum):
    """A redemption is reserved first, and ends handed over or cancelled."""

    RESERVED = "reserved"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"


class RedemptionView(msgspec.Struct, frozen=True, kw_only=True):
    """A redemption as the mother sees it; `points` is for all pieces."""

    id: UUID
    status: Status
    product_id: UUID
    product_name: str
    quantity: int
    points: int
    store_code: str
    store_name: str
    pickup_code: str
    created_at: datetime
    handed_over_at: datetime | None = None
    cancelled_at: datetime | None = None


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
