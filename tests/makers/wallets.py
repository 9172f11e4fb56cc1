"""Makers: a shop whose till stores money, and members who have some."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from foundation import clock, database
from membership import cards, wallets
from membership.staff import Role
from membership.stores import StoreView
from membership.wallets import Done, GiftRule, Money
from tests.makers.members import make_store_member
from tests.makers.staff import MadeStaff, make_staff
from tests.makers.stores import make_partner, make_store

TERMINAL = "POS-1"


class Shop(msgspec.Struct, frozen=True):
    """A store with a partner's till in it."""

    partner_id: UUID
    store: StoreView

    def said(self, **changes: Any) -> dict[str, Any]:
        """What every message of its till has."""
        return {
            "store": self.store.code,
            "terminal": TERMINAL,
            "receipt": f"R-{uuid4().hex[:12]}",
            "occurred_at": clock.now(),
            **changes,
        }


async def make_shop() -> Shop:
    partner = await make_partner()
    return Shop(partner.id, await make_store(partner.id))


async def make_saver(shop: Shop, principal_fen: int = 0, gift_fen: int = 0) -> UUID:
    """A member with a phone who stored so much; a gift comes by a rule of its own."""
    member_id = await make_store_member(shop.store.id)
    if gift_fen:
        await give(shop, member_id, principal_fen, gift_fen)
    elif principal_fen:
        await top_up(shop, await number_of(member_id), principal_fen)
    return member_id


async def give(shop: Shop, member_id: UUID, principal_fen: int, gift_fen: int) -> Done:
    """A top-up with a gift, on a day long ago on which only this rule holds."""
    day = await _free_day()
    await make_gift_rule(principal_fen, gift_fen, valid_from=day, valid_until=day)
    return await top_up(shop, await number_of(member_id), principal_fen, occurred_at=at(day))


async def _free_day() -> date:
    """A day of the past year on which no rule of the past holds."""
    today = clock.today()
    for back in range(30, 390):
        day = today - timedelta(days=back)
        if not await database.fetchval(
            "SELECT true FROM wallet_gift_rule WHERE valid_from <= $1 AND coalesce(valid_until, $1) >= $1", day
        ):
            return day
    raise AssertionError("no day is left")


async def make_gift_rule(
    at_least_fen: int, gift_fen: int, *, valid_from: date, valid_until: date | None = None
) -> GiftRule:
    code = f"g{uuid4().hex[:12]}"
    rule = GiftRule(
        code=code,
        name="充值有礼",
        at_least_fen=at_least_fen,
        gift_fen=gift_fen,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    return await wallets.make_gift_rule((await make_operator()).id, rule)


async def make_operator() -> MadeStaff:
    return await make_staff(Role.OPERATOR)


async def number_of(member_id: UUID) -> str:
    number: str | None = await database.fetchval("SELECT number FROM member WHERE id = $1", member_id)
    assert number is not None
    return number


async def show_card(member_id: UUID) -> str:
    """A fresh code of her card, as a scanner reads it."""
    [code] = await cards.issue_codes(member_id, 1)
    return code.qr


async def top_up(shop: Shop, card: str, principal_fen: int, **changes: Any) -> Done:
    return await wallets.top_up(
        shop.partner_id, wallets.TopUp(**shop.said(card=card, principal_fen=principal_fen, **changes))
    )


async def pay(shop: Shop, card: str, amount_fen: int, **changes: Any) -> Done:
    return await wallets.pay(shop.partner_id, wallets.Payment(**shop.said(card=card, amount_fen=amount_fen, **changes)))


async def reverse(shop: Shop, original_receipt: str, amount_fen: int | None = None, **changes: Any) -> Done:
    said = shop.said(original_receipt=original_receipt, amount_fen=amount_fen, **changes)
    return await wallets.reverse(shop.partner_id, wallets.Reversal(**said))


async def holds(member_id: UUID) -> Money:
    return (await wallets.wallet(member_id)).holds


def at(day: date, hour: int = 12) -> datetime:
    """An hour of a business day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.SHANGHAI)
