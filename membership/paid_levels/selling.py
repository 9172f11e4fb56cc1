"""Writes: selling a level, at a till or by staff. Bought again it begins when what she has ends."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec

from foundation import audit, clock, database
from foundation.errors import Problem
from foundation.ids import new_id
from foundation.secrets import vault
from foundation.transactions import transactional, within_transaction
from membership import cards, members, notifications, stores, tiers
from membership.paid_levels import queries
from membership.paid_levels.days import Period, one_after_the_other, period_of
from membership.paid_levels.errors import PlanPriceChanged, PlanUnknown
from membership.paid_levels.plans import Plan, find_plan
from membership.paid_levels.views import PaidLevelView

NOTIFICATION = "paid_level"
CARD_PAGE = "/pages/card/index"
FEN_PER_YUAN = 100

LAST_DAY = "SELECT max(ends_on) FROM paid_level WHERE member_id = $1 AND level_id = $2 AND refunded_on IS NULL"
STORE = """
INSERT INTO paid_level (id, member_id, plan_id, level_id, price_fen, full_refund_days, sold_on, begins_on, ends_on,
                        store_id, partner_id, number, terminal, fingerprint, sold_by_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (partner_id, store_id, number) DO NOTHING
"""


class PlanSale(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that a till sold; `store` is the store's code, `card` a card's code or number."""

    store: str
    terminal: str
    receipt: str
    occurred_at: datetime
    card: str
    plan: str
    price_fen: int


class _SentBefore(Exception):  # never leaves this module: the caller looks up what was answered then
    """It is stored already; this transaction must not be committed."""


class _Seller(msgspec.Struct, frozen=True):
    """Who sells in which store: a till under its own number, or one of the staff."""

    store_id: UUID
    partner_id: UUID | None = None
    number: str | None = None
    terminal: str | None = None
    fingerprint: bytes | None = None
    staff_id: UUID | None = None


async def sell_at_till(partner_id: UUID, said: PlanSale) -> PaidLevelView:
    """Sells a plan. Sent again, it gets the answer again.

    Raises `StoreUnknown`, `Invalid`, `ReceiptConflict`, `CardUnknown`, `CardBlocked`, `PlanUnknown`,
    `PlanPriceChanged` and the refusals of `cards.read` and `cards.use_for_sale`.
    """
    store = await stores.of_partner(partner_id, said.store)
    plain = msgspec.structs.replace(said, occurred_at=said.occurred_at.astimezone(UTC))
    fingerprint = vault().index("paid_level", msgspec.json.encode(plain).decode())
    seller = _Seller(store.id, partner_id, said.receipt, said.terminal, fingerprint)
    try:
        stores.check_time(said.occurred_at)
        presented = None if cards.is_card_number(said.card) else await cards.read(said.card)
        return await _sell_at_till(seller, said, presented)
    except (Problem, _SentBefore):
        first = await _first_answer(seller)
        if first is None:
            raise
        return first


@transactional
async def sell_by_staff(by: UUID, store_id: UUID, member_id: UUID, plan: str, price_fen: int) -> PaidLevelView:
    """One of the staff sells a plan in her store, today.

    Raises `NotFound` (no such member), `CardBlocked`, `PlanUnknown`, `PlanPriceChanged`.
    """
    sold = await _sell(_Seller(store_id, staff_id=by), member_id, plan, price_fen, clock.today())
    await audit.record(
        by, "paid_level.sold", "paid_level", sold.id, after={"plan": sold.plan, "price_fen": sold.price_fen}
    )
    return sold


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: what one bought is the other's; how many. The caller holds both.

    Where both had bought the same level, one period follows the other: no day was paid for twice.
    """
    moved = await database.execute("UPDATE paid_level SET member_id = $2 WHERE member_id = $1", from_member, to_member)
    if moved:
        await _lay_out(to_member)
    return moved


@transactional
async def _sell_at_till(seller: _Seller, said: PlanSale, presented: cards.Presented | None) -> PaidLevelView:
    if presented is None:
        member_id = await cards.find_by_card_number(said.card)
    else:
        member_id = await cards.use_for_sale(
            presented,
            store_id=seller.store_id,
            terminal=said.terminal,
            receipt=said.receipt,
            occurred_at=said.occurred_at,
        )
    return await _sell(seller, member_id, said.plan, said.price_fen, clock.business_day(said.occurred_at))


async def _sell(seller: _Seller, member_id: UUID, code: str, price_fen: int, sold_on: date) -> PaidLevelView:
    member = await _hold(member_id)
    plan = await _priced(code, price_fen)
    last: date | None = await database.fetchval(LAST_DAY, member.id, plan.level)
    begins_on, ends_on = period_of(sold_on, plan.months, last)
    sale_id = new_id()
    stored = await database.execute(
        STORE,
        sale_id,
        member.id,
        plan.code,
        plan.level,
        plan.price_fen,
        plan.full_refund_days,
        sold_on,
        begins_on,
        ends_on,
        *msgspec.structs.astuple(seller),
    )
    if not stored:
        raise _SentBefore
    await tiers.set_paid(sale_id, member.id, plan.level, begins_on, ends_on)
    until = f"{ends_on.year} 年 {ends_on.month} 月 {ends_on.day} 日"
    body = f"您已开通{plan.name}，有效期至 {until}。权益到店即可使用。"
    await notifications.notify(member.id, NOTIFICATION, f"sold:{sale_id}", "付费会员已开通", body, link=CARD_PAGE)
    return await queries.one(sale_id)


async def _hold(member_id: UUID) -> members.MemberRecord:
    """Held, so that of two sales at once one begins where the other ends. Follows a merge. Raises `CardBlocked`."""
    member = await members.hold_one(member_id)
    if member.merged_into is not None:
        member = await members.hold_one(member.merged_into)
    if member.status != "active":
        raise cards.CardBlocked
    return member


async def _priced(code: str, price_fen: int) -> Plan:
    plan = await find_plan(code)
    if plan is None or not plan.active:
        raise PlanUnknown
    if plan.price_fen != price_fen:
        raise PlanPriceChanged(price=f"{plan.price_fen // FEN_PER_YUAN:,}.{plan.price_fen % FEN_PER_YUAN:02}")
    return plan


async def _lay_out(member_id: UUID) -> None:
    rows = await database.fetch(
        "SELECT id, level_id, begins_on, ends_on FROM paid_level WHERE member_id = $1 AND refunded_on IS NULL",
        member_id,
    )
    for level in {row["level_id"] for row in rows}:
        periods = [Period(row["id"], row["begins_on"], row["ends_on"]) for row in rows if row["level_id"] == level]
        for period in one_after_the_other(periods):
            await database.execute(
                "UPDATE paid_level SET begins_on = $2, ends_on = $3 WHERE id = $1",
                period.id,
                period.begins_on,
                period.ends_on,
            )
            await tiers.set_paid(period.id, member_id, level, period.begins_on, period.ends_on)


async def _first_answer(seller: _Seller) -> PaidLevelView | None:
    row = await database.fetchrow(
        "SELECT id, fingerprint FROM paid_level WHERE partner_id = $1 AND store_id = $2 AND number = $3",
        seller.partner_id,
        seller.store_id,
        seller.number,
    )
    if row is None:
        return None
    if row["fingerprint"] != seller.fingerprint:
        raise stores.ReceiptConflict
    return await queries.one(row["id"])
