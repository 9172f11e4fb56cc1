"""Makers: plans, and members who bought one."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from foundation import clock
from foundation.transactions import transactional
from membership import members, paid_levels, tiers
from membership.paid_levels import PaidLevelView, Plan
from tests.makers.wallets import Shop, make_operator


async def make_plan(level: str = "gold", *, price_fen: int = 36_500, months: int = 12, **more: Any) -> Plan:
    plan = Plan(
        code=f"p{uuid4().hex[:12]}",
        name="金卡年卡",
        price_fen=price_fen,
        months=months,
        level=level,
        benefits=["积分加倍"],
        full_refund_days=more.get("full_refund_days", 7),
    )
    return await paid_levels.make_plan((await make_operator()).id, plan)


async def sell(shop: Shop, card: str, plan: Plan, **changes: Any) -> PaidLevelView:
    """By a till of the shop."""
    said = shop.said(card=card, plan=plan.code, price_fen=plan.price_fen, **changes)
    return await paid_levels.sell_at_till(shop.partner_id, paid_levels.PlanSale(**said))


def days_ago(days: int) -> datetime:
    """Noon of a business day in the past."""
    day = clock.today() - timedelta(days=days)
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.SHANGHAI)


@transactional
async def rate_on(member_id: UUID, on: date | None = None) -> tiers.Rate:
    return await tiers.rate_of(member_id, on or clock.today())


@transactional
async def merge(gone: UUID, stays: UUID) -> None:
    """Only the part of it that is about levels."""
    await members.hold([gone, stays])
    await paid_levels.move_all(gone, stays)
    await tiers.move_all(gone, stays)
