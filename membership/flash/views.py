"""What a flash sale shows."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Phase(StrEnum):
    """By the clock of the database; `sold_out` as soon as the last unit is won."""

    ANNOUNCED = "announced"
    RUNNING = "running"
    SOLD_OUT = "sold_out"
    OVER = "over"


class FlashSaleView(msgspec.Struct, frozen=True, kw_only=True):
    """A sale as everybody sees it. `points` is for one piece, `left` units are left, `now` is the server's clock."""

    id: UUID
    product_id: UUID
    product_name: str
    points: int
    units: int
    left: int
    phase: Phase
    starts_at: datetime
    ends_at: datetime
    now: datetime
    min_account_hours: int
    closed: bool
    """Called off, or over and settled."""
