"""What a person may move alone: her role's limits, and how much of the day's is used."""

from datetime import date
from uuid import UUID

from foundation import audit, database
from foundation.errors import NotFound
from foundation.transactions import transactional
from membership.adjustments.errors import AdjustmentNotAllowed, LimitsDoNotFit
from membership.adjustments.views import LimitView

TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"

# The row of the day is locked by the statement that adds to it, and the condition reads it as it is then: of many at
# once each sees what those before it have used.
USE = f"""
WITH allowed AS (
    SELECT per_day_points FROM adjustment_limit WHERE role = $2 AND $3::bigint <= per_adjustment_points
), used AS (
    INSERT INTO adjustment_day (staff_id, day, points) SELECT $1, {TODAY}, $3 FROM allowed
    ON CONFLICT (staff_id, day) DO UPDATE SET points = adjustment_day.points + excluded.points
     WHERE adjustment_day.points + excluded.points <= (SELECT per_day_points FROM allowed)
    RETURNING 1
)
SELECT {TODAY} AS day, EXISTS (SELECT FROM used) AS alone
"""  # noqa: S608  # only our own constant is filled in

LIMIT = "SELECT role, per_adjustment_points, per_day_points, may_approve FROM adjustment_limit WHERE role = $1"


async def use(staff_id: UUID, role: str, points: int) -> tuple[date, bool]:
    """(the business day, whether she may move that many alone); if so, they are counted."""
    row = await database.fetchrow(USE, staff_id, role, points)
    assert row is not None, "a SELECT without FROM has a row"
    return row["day"], row["alone"]


async def limit_of(role: str) -> LimitView:
    """Raises `AdjustmentNotAllowed` for a role without limits."""
    row = await database.fetchrow(LIMIT, role)
    if row is None:
        raise AdjustmentNotAllowed
    return LimitView(**row)


async def limits() -> list[LimitView]:
    """Of every role that may adjust, the smallest first."""
    rows = await database.fetch(
        "SELECT role, per_adjustment_points, per_day_points, may_approve FROM adjustment_limit"
        " ORDER BY per_day_points, role"
    )
    return [LimitView(**row) for row in rows]


@transactional
async def set_limit(by: UUID, limit: LimitView) -> LimitView:
    """Changes a role's limits from its next adjustment on; `per_adjustment_points` is at most `per_day_points`.

    Raises `LimitsDoNotFit`, `NotFound` (a role that may not adjust at all).
    """
    if limit.per_adjustment_points > limit.per_day_points:
        raise LimitsDoNotFit
    row = await database.fetchrow(f"{LIMIT} FOR UPDATE", limit.role)
    if row is None:
        raise NotFound
    await database.execute(
        "UPDATE adjustment_limit SET per_adjustment_points = $2, per_day_points = $3, may_approve = $4 WHERE role = $1",
        limit.role,
        limit.per_adjustment_points,
        limit.per_day_points,
        limit.may_approve,
    )
    after = {
        "per_adjustment_points": limit.per_adjustment_points,
        "per_day_points": limit.per_day_points,
        "may_approve": limit.may_approve,
    }
    await audit.record(
        by,
        "adjustment_limit.set",
        "adjustment_limit",
        limit.role,
        before={name: row[name] for name in after},
        after=after,
    )
    return limit
