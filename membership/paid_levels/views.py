"""What the feature answers."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from membership.paid_levels.days import refundable_fen

SELECT = """
SELECT sold.id, member.number AS member_number, sold.plan_id AS plan, plan.name AS plan_name, sold.level_id AS level,
       level.name AS level_name, plan.benefits::text AS benefits, sold.price_fen, sold.full_refund_days, sold.sold_on,
       sold.begins_on, sold.ends_on, sold.refunded_fen, sold.refunded_on,
       (now() AT TIME ZONE 'Asia/Shanghai')::date AS today
  FROM paid_level sold
  JOIN paid_plan plan ON plan.code = sold.plan_id
  JOIN tier_level level ON level.code = sold.level_id
  JOIN member ON member.id = sold.member_id
"""


class PaidLevelView(msgspec.Struct, frozen=True, kw_only=True):
    """A level that was bought: from which business day to which it holds, both included; what of the price was
    refunded, and what would be today (`refundable_fen`; None once it was refunded)."""

    id: UUID
    member_number: str
    plan: str
    plan_name: str
    level: str
    level_name: str
    benefits: list[str]
    price_fen: int
    sold_on: date
    begins_on: date
    ends_on: date
    refundable_fen: int | None
    refunded_fen: int | None
    refunded_on: date | None


def view(found: Any) -> PaidLevelView:
    """From a row of `SELECT`."""
    row = dict(found)
    today, full_refund_days = row.pop("today"), row.pop("full_refund_days")
    row["benefits"] = msgspec.json.decode(row["benefits"], type=list[str])
    row["refundable_fen"] = (
        refundable_fen(
            row["price_fen"],
            full_refund_days=full_refund_days,
            sold_on=row["sold_on"],
            begins_on=row["begins_on"],
            ends_on=row["ends_on"],
            day=today,
        )
        if row["refunded_on"] is None
        else None
    )
    return PaidLevelView(**row)
