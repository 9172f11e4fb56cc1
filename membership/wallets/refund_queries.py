"""Reads: one refund, and those that wait for a second person."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership import members
from membership.wallets.errors import WalletRefundUnknown

LAST_ID = UUID(int=2**128 - 1)

SELECT = """
SELECT refund.id, member.number AS member_number, refund.principal_fen, refund.gift_fen, refund.reason, refund.status,
       refund.reason_sealed, refund.member_id, member.data_key,
       refund.requested_by_id AS requested_by, asked.name AS requested_by_name, refund.created_at,
       refund.decided_by_id AS decided_by, decided.name AS decided_by_name, refund.decided_at
  FROM wallet_refund refund
  JOIN member ON member.id = refund.member_id
  JOIN staff_user asked ON asked.id = refund.requested_by_id
  LEFT JOIN staff_user decided ON decided.id = refund.decided_by_id
"""
ONE = f"{SELECT} WHERE refund.id = $1"
WAITING = f"{SELECT} WHERE refund.status = 'waiting' AND refund.id < $1 ORDER BY refund.id DESC LIMIT $2"


class RefundStatus(StrEnum):
    """`waiting` for a second person; `paid` has left the wallet; `rejected` never will."""

    WAITING = "waiting"
    PAID = "paid"
    REJECTED = "rejected"


class RefundView(msgspec.Struct, frozen=True):
    """A refund: what the member gets (`principal_fen`), what lapses (`gift_fen`), who asked and who decided.

    `reason` is empty once she is erased.
    """

    id: UUID
    member_number: str
    principal_fen: int
    gift_fen: int
    reason: str
    status: RefundStatus
    requested_by: UUID
    requested_by_name: str
    created_at: datetime
    decided_by: UUID | None
    decided_by_name: str | None
    decided_at: datetime | None


COLUMNS = frozenset(RefundView.__struct_fields__) - {"status", "reason"}


async def one(refund_id: UUID) -> RefundView:
    """Raises `WalletRefundUnknown`."""
    row = await database.fetchrow(ONE, refund_id)
    if row is None:
        raise WalletRefundUnknown
    return _view(row)


async def waiting(query: PageQuery) -> Page[RefundView]:
    """What waits for a second person, the newest first. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    rows = await database.fetch(WAITING, before, query.limit + 1)
    shown = [_view(row) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


def _view(row: asyncpg.Record) -> RefundView:
    reason = members.words(row, "wallet_refund", "reason") or ""
    return RefundView(**{name: row[name] for name in COLUMNS}, status=RefundStatus(row["status"]), reason=reason)
