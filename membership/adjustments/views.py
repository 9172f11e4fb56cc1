"""What the feature answers."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec


class Status(StrEnum):
    """`waiting` for a second person; `posted` is in the ledger; `rejected` never will be."""

    WAITING = "waiting"
    POSTED = "posted"
    REJECTED = "rejected"


class AdjustmentView(msgspec.Struct, frozen=True):
    """One adjustment: signed points, who asked for it, who decided on it where a second person was needed.

    `reason` is empty once its member is erased.
    """

    id: UUID
    member_number: str
    amount: int
    reason: str
    status: Status
    needs_second: bool
    requested_by: UUID
    requested_by_name: str
    created_at: datetime
    decided_by: UUID | None
    decided_by_name: str | None
    decided_at: datetime | None
    rejected_because: str | None


class LimitView(msgspec.Struct, frozen=True):
    """What one person of a role may move alone, in points; `may_approve`: whether she may be the second person."""

    role: str
    per_adjustment_points: int
    per_day_points: int
    may_approve: bool
