"""Reads: one adjustment, and lists of them."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership import members
from membership.adjustments.errors import AdjustmentNotFound
from membership.adjustments.views import AdjustmentView, Status

LAST_ID = UUID(int=2**128 - 1)
TABLE = "points_adjustment"
COLUMNS = frozenset(AdjustmentView.__struct_fields__) - {"status", "reason", "rejected_because"}

SELECT = """
SELECT adjustment.id, member.number AS member_number, adjustment.amount, adjustment.reason, adjustment.status,
       adjustment.reason_sealed, adjustment.rejected_because_sealed, adjustment.member_id, member.data_key,
       adjustment.needs_second, adjustment.requested_by_id AS requested_by, asked.name AS requested_by_name,
       adjustment.created_at, adjustment.decided_by_id AS decided_by, decided.name AS decided_by_name,
       adjustment.decided_at, adjustment.rejected_because
  FROM points_adjustment adjustment
  JOIN member ON member.id = adjustment.member_id
  JOIN staff_user asked ON asked.id = adjustment.requested_by_id
  LEFT JOIN staff_user decided ON decided.id = adjustment.decided_by_id
"""
REASONS = """
SELECT adjustment.id, adjustment.member_id, adjustment.reason, adjustment.reason_sealed, member.data_key
  FROM points_adjustment adjustment JOIN member ON member.id = adjustment.member_id
 WHERE adjustment.id = ANY($1::uuid[])
"""
ONE = f"{SELECT} WHERE adjustment.id = $1"
WAITING = f"{SELECT} WHERE adjustment.status = 'waiting' AND adjustment.id < $1 ORDER BY adjustment.id DESC LIMIT $2"
OF_ONE_PERSON = (
    f"{SELECT} WHERE adjustment.requested_by_id = $3 AND adjustment.id < $1 ORDER BY adjustment.id DESC LIMIT $2"
)


async def one(adjustment_id: UUID) -> AdjustmentView:
    """Raises `AdjustmentNotFound`."""
    row = await database.fetchrow(ONE, adjustment_id)
    if row is None:
        raise AdjustmentNotFound
    return _view(row)


async def waiting(query: PageQuery) -> Page[AdjustmentView]:
    """What waits for a second person, the newest first. Raises `Invalid` (cursor)."""
    return await _page(WAITING, query)


async def asked_for_by(staff_id: UUID, query: PageQuery) -> Page[AdjustmentView]:
    """What a person asked for, the newest first. Raises `Invalid` (cursor)."""
    return await _page(OF_ONE_PERSON, query, staff_id)


async def _page(statement: str, query: PageQuery, *arguments: object) -> Page[AdjustmentView]:
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    rows = await database.fetch(statement, before, query.limit + 1, *arguments)
    shown = [_view(row) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


async def reasons(adjustment_ids: Collection[UUID]) -> dict[UUID, str | None]:
    """Why they were made, as the statement shows it; None where nobody can read it any more. One query, or none."""
    if not adjustment_ids:
        return {}
    rows = await database.fetch(REASONS, list(adjustment_ids))
    return {row["id"]: members.words(row, TABLE, "reason") for row in rows}


def _view(row: asyncpg.Record) -> AdjustmentView:
    return AdjustmentView(
        status=Status(row["status"]),
        reason=members.words(row, TABLE, "reason") or "",
        rejected_because=members.words(row, TABLE, "rejected_because"),
        **{name: row[name] for name in COLUMNS},
    )
