"""The plans as data: what can be bought, and what staff changes about it."""

from typing import Annotated
from uuid import UUID

import msgspec

from foundation import audit, database
from foundation.transactions import transactional
from membership import tiers
from membership.paid_levels.errors import PlanExists, PlanLevelUnfit, PlanNotFound

COLUMNS = "code, name, price_fen, months, level_id AS level, benefits::text AS benefits, full_refund_days, active"

PlanCode = Annotated[
    str, msgspec.Meta(pattern="^[a-z0-9_-]{2,32}$(?!\\n)", description="A plan's code.", examples=["gold-year"])
]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A level for so many months at a price. `benefits` are words for the member; `full_refund_days` after the sale
    everything is refunded, later the days that are left."""

    code: str
    name: str
    price_fen: int
    months: int
    level: str
    benefits: list[str]
    full_refund_days: int
    active: bool = True


async def find_plan(code: str) -> Plan | None:
    """A plan by its code, sold or not."""
    row = await database.fetchrow(f"SELECT {COLUMNS} FROM paid_plan WHERE code = $1", code)  # noqa: S608  # constant
    return None if row is None else _plan(dict(row))


async def plans() -> list[Plan]:
    """All of them, those that are sold first. There are a handful."""
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM paid_plan ORDER BY active DESC, price_fen, code LIMIT 200"  # noqa: S608  # constant
    )
    return [_plan(dict(row)) for row in rows]


@transactional
async def make_plan(by: UUID | None, plan: Plan) -> Plan:
    """Makes a plan; `by` is None where no person does (seeds). Raises `PlanLevelUnfit`, `PlanExists`."""
    level = await tiers.find_level(plan.level)
    if level is None or level.rank == 0:
        raise PlanLevelUnfit
    made = await database.execute(
        "INSERT INTO paid_plan (code, name, price_fen, months, level_id, benefits, full_refund_days, active)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        plan.code,
        plan.name,
        plan.price_fen,
        plan.months,
        plan.level,
        msgspec.json.encode(plan.benefits).decode(),
        plan.full_refund_days,
        plan.active,
    )
    if not made:
        raise PlanExists
    if by is not None:
        await audit.record(by, "paid_plan.made", "paid_plan", plan.code, after=msgspec.to_builtins(plan))
    return plan


@transactional
async def change_plan(
    by: UUID, code: str, *, price_fen: int | None = None, benefits: list[str] | None = None, active: bool | None = None
) -> Plan:
    """Changes what the next buyer gets; what was sold stays as it was sold. Raises `PlanNotFound`."""
    row = await database.fetchrow(
        f"SELECT {COLUMNS} FROM paid_plan WHERE code = $1 FOR UPDATE",  # noqa: S608  # constant
        code,
    )
    if row is None:
        raise PlanNotFound
    before = _plan(dict(row))
    after = msgspec.structs.replace(
        before,
        price_fen=before.price_fen if price_fen is None else price_fen,
        benefits=before.benefits if benefits is None else benefits,
        active=before.active if active is None else active,
    )
    await database.execute(
        "UPDATE paid_plan SET price_fen = $2, benefits = $3, active = $4 WHERE code = $1",
        code,
        after.price_fen,
        msgspec.json.encode(after.benefits).decode(),
        after.active,
    )
    await audit.record(by, "paid_plan.changed", "paid_plan", code, before=_changeable(before), after=_changeable(after))
    return after


def _changeable(plan: Plan) -> dict[str, object]:
    return {"price_fen": plan.price_fen, "benefits": plan.benefits, "active": plan.active}


def _plan(row: dict[str, object]) -> Plan:
    assert isinstance(row["benefits"], str)
    return msgspec.convert(row | {"benefits": msgspec.json.decode(row["benefits"])}, Plan)
