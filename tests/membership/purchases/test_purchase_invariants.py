"""The invariants of purchases hold after everything that can happen, and each notices what breaks it."""

import pytest

from foundation.invariants import Invariant
from foundation.settings import Settings
from membership import cards, earning, purchases
from membership.purchases.invariants import INVARIANTS
from tests.breakers import broken_by, keeps
from tests.makers.earning import in_force
from tests.makers.purchases import TERMINAL, line, make_buyer, make_return, make_sale, make_shop, new_phone, settle_all

BREAKS = {
    "purchases.posted_is_what_the_events_say": "UPDATE purchase_receipt SET posted_points = posted_points + 1"
    " WHERE number = $1",
    "purchases.bonuses_are_what_was_promised": "UPDATE purchase_receipt SET posted_bonuses = NULL WHERE number = $1",
    "purchases.ledger_agrees": "WITH mine AS (SELECT id FROM purchase_receipt WHERE number = $1)"
    " INSERT INTO points_entry (member_id, kind, key, amount, balance_after, debt_after)"
    " SELECT member_id, 'purchase', mine.id || ':99', 1, 1, 0 FROM purchase_receipt JOIN mine USING (id)",
    "purchases.events_are_counted": "UPDATE purchase_receipt SET events = events + 1 WHERE number = $1",
    "purchases.codes_have_their_sale": "UPDATE card_code_use SET receipt = receipt || '-lost' WHERE receipt = $1",
}


async def work() -> str:
    """A sale by code with a bonus and a return, one that waits for its person, a return that waits for its sale."""
    buyer, shop = await make_buyer(), await make_shop()
    [code] = await cards.issue_codes(buyer.id, 1)
    await cards.scan(code.qr, shop.store.id, TERMINAL)
    sale = make_sale(shop, card=code.qr, lines=[line(12_345), line(200, "B2")])
    async with in_force(earning.Purchase, {"numerator": 2}, stores=[shop.store.id], skus=["B2"]):
        await purchases.accept_sale(shop.partner_id, sale)
    await purchases.accept_return(shop.partner_id, make_return(shop, sale.receipt, lines=[line(345)]))
    await purchases.accept_sale(shop.partner_id, make_sale(shop, phone=new_phone()))
    await purchases.accept_return(shop.partner_id, make_return(shop, "not-yet"))
    await settle_all()
    return sale.receipt


@keeps(INVARIANTS)
async def test_they_hold(world: Settings) -> None:
    await work()


def test_each_has_something_that_breaks_it() -> None:
    assert {invariant.name for invariant in INVARIANTS} == set(BREAKS)


@pytest.mark.parametrize("invariant", INVARIANTS, ids=lambda invariant: invariant.name)
async def test_what_breaks_it_is_noticed(world: Settings, invariant: Invariant) -> None:
    noticed = await broken_by(BREAKS[invariant.name], invariant, await work())
    assert noticed.total() == 1
