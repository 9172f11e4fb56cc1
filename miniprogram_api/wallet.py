"""Stored value and paid levels: what a mother has; both are sold in the shop."""

from datetime import date, datetime
from uuid import UUID

from foundation.http import Caller, Page, PageQuery, View
from membership import paid_levels, wallets
from membership.wallets import Kind
from miniprogram_api.face import mothers

TITLES: dict[Kind, str] = {
    Kind.TOP_UP: "到店充值",
    Kind.PAYMENT: "到店消费",
    Kind.PAYMENT_REVERSED: "退货退回",
    Kind.REFUND: "储值退款",
    Kind.MERGE_OUT: "余额转入合并后的会员",
    Kind.MERGE_IN: "合并会员，余额转入",
}


class WalletOut(View):
    """What she has stored, in fen. Nothing in it expires; the principal is refunded whenever she wants it.

    `limit_fen` is how much a card may hold, principal and gift together."""

    total_fen: int
    principal_fen: int
    gift_fen: int
    limit_fen: int


class WalletEntryOut(View):
    """One line of the statement, in fen: what moved (negative: out), and what was there after it."""

    kind: Kind
    title: str
    store: str | None
    amount_fen: int
    principal_fen: int
    gift_fen: int
    principal_after_fen: int
    gift_after_fen: int
    created_at: datetime


class PaidLevelOut(View):
    """A level she bought: from which day to which it holds, both included. `refunded_on`: when it was given back."""

    id: UUID
    name: str
    level: str
    benefits: list[str]
    begins_on: date
    ends_on: date
    refunded_on: date | None


class PaidLevelsOut(View):
    items: list[PaidLevelOut]


@mothers.get("/me/wallet", who="member")
async def my_wallet(caller: Caller) -> WalletOut:
    """What she has stored."""
    found = await wallets.wallet(caller.subject)
    return WalletOut(
        total_fen=found.holds.total_fen,
        principal_fen=found.holds.principal_fen,
        gift_fen=found.holds.gift_fen,
        limit_fen=found.limit_fen,
    )


@mothers.get("/me/wallet/entries", who="member")
async def my_wallet_entries(caller: Caller, query: PageQuery) -> Page[WalletEntryOut]:
    """The statement of her wallet, the newest line first."""
    page = await wallets.entries(caller.subject, query)
    return Page(items=[_entry(entry) for entry in page.items], next_cursor=page.next_cursor)


@mothers.get("/me/paid-levels", who="member")
async def my_paid_levels(caller: Caller) -> PaidLevelsOut:
    """The levels she bought in the shop, the last to end first."""
    return PaidLevelsOut(
        [
            PaidLevelOut(
                id=sold.id,
                name=sold.plan_name,
                level=sold.level,
                benefits=sold.benefits,
                begins_on=sold.begins_on,
                ends_on=sold.ends_on,
                refunded_on=sold.refunded_on,
            )
            for sold in await paid_levels.of_member(caller.subject)
        ]
    )


def _entry(entry: wallets.EntryView) -> WalletEntryOut:
    return WalletEntryOut(
        kind=entry.kind,
        title=TITLES[entry.kind],
        store=entry.store_name,
        amount_fen=entry.moved.total_fen,
        principal_fen=entry.moved.principal_fen,
        gift_fen=entry.moved.gift_fen,
        principal_after_fen=entry.holds.principal_fen,
        gift_after_fen=entry.holds.gift_fen,
        created_at=entry.created_at,
    )
