"""Paying at a till, and giving it back."""

from datetime import timedelta

import pytest

from foundation import clock, database
from membership import cards, members, purchases, stores, wallets
from membership.wallets import Money
from membership.wallets.invariants import INVARIANTS
from tests.breakers import keeps
from tests.makers.stores import make_store
from tests.makers.wallets import (
    TERMINAL,
    Shop,
    holds,
    make_operator,
    make_saver,
    make_shop,
    number_of,
    pay,
    reverse,
    show_card,
    top_up,
)

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
async def shop() -> Shop:
    return await make_shop()


@keeps(INVARIANTS)
async def test_principal_and_gift_go_in_proportion(shop: Shop) -> None:
    member = await make_saver(shop, 50_000, 5_000)
    done = await pay(shop, await show_card(member), 11_000)
    assert (done.moved, done.holds) == (Money(10_000, 1_000), Money(40_000, 4_000))
    await pay(shop, await show_card(member), 44_000)
    assert await holds(member) == Money(0, 0)


async def test_more_than_there_is_is_refused_and_says_what_there_is(shop: Shop) -> None:
    member = await make_saver(shop, 1_000)
    with pytest.raises(wallets.WalletNotEnough) as refused:
        await pay(shop, await show_card(member), 1_001)
    assert "¥10.00" in refused.value.message
    nothing = await make_saver(shop)
    with pytest.raises(wallets.WalletNotEnough) as refused:
        await pay(shop, await show_card(nothing), 1)
    assert "¥0.00" in refused.value.message


async def test_a_number_alone_pays_nothing(shop: Shop) -> None:
    member = await make_saver(shop, 1_000)
    with pytest.raises(wallets.WalletNeedsCode):
        await pay(shop, await number_of(member), 1)


async def test_a_code_pays_where_it_was_scanned_and_once(shop: Shop) -> None:
    member, code = await make_saver(shop, 1_000), ""
    code = await show_card(member)
    await cards.scan(code, shop.store.id, TERMINAL)
    other = await make_store(shop.partner_id)
    for elsewhere in ({"terminal": "POS-2"}, {"store": other.code}):
        with pytest.raises(cards.CardCodeUsed):
            await pay(shop, code, 1, **elsewhere)
    await pay(shop, code, 1)
    with pytest.raises(cards.CardCodeUsed):
        await pay(shop, code, 1)
    assert (await holds(member)).total_fen == 999


async def test_an_old_scan_pays_nothing_whatever_time_the_till_claims(shop: Shop) -> None:
    member = await make_saver(shop, 1_000)
    code = await show_card(member)
    await cards.scan(code, shop.store.id, TERMINAL)
    presented = await cards.read(code)
    await database.execute(
        "UPDATE card_code_use SET used_at = used_at - interval '121 minutes' WHERE id = $1", presented.id
    )
    with pytest.raises(cards.CardCodeUsed):
        await pay(shop, code, 1, occurred_at=clock.now() - timedelta(minutes=121))
    # The control: within the two hours the same scan pays.
    await database.execute(
        "UPDATE card_code_use SET used_at = used_at + interval '2 minutes' WHERE id = $1", presented.id
    )
    await pay(shop, code, 1)


async def test_one_code_serves_the_sale_and_its_payment(shop: Shop) -> None:
    member = await make_saver(shop, 1_000)
    code = await show_card(member)
    await cards.scan(code, shop.store.id, TERMINAL)
    said = shop.said()
    await pay(shop, code, 900, receipt=said["receipt"])
    lines = [purchases.Line(sku="A", name="奶瓶", quantity=1, amount_fen=900)]
    accepted = await purchases.accept_sale(shop.partner_id, purchases.Sale(**said, lines=lines, card=code))
    assert accepted.status == "received"
    with pytest.raises(cards.CardCodeUsed):
        await purchases.accept_sale(shop.partner_id, purchases.Sale(**shop.said(), lines=lines, card=code))


async def test_a_payment_sent_again_is_the_first_answer(shop: Shop) -> None:
    member = await make_saver(shop, 1_000)
    said = shop.said(card=await show_card(member), amount_fen=400)
    first = await wallets.pay(shop.partner_id, wallets.Payment(**said))
    await top_up(shop, await number_of(member), 50)
    assert await wallets.pay(shop.partner_id, wallets.Payment(**said)) == first
    with pytest.raises(stores.ReceiptConflict):
        await wallets.pay(shop.partner_id, wallets.Payment(**said | {"amount_fen": 401}))
    assert await holds(member) == Money(650, 0)


async def test_a_banned_member_does_not_pay(shop: Shop) -> None:
    member = await make_saver(shop, 1_000)
    code = await show_card(member)
    await members.ban(member, "测试", by=(await make_operator()).id)
    with pytest.raises(cards.CardBlocked):
        await pay(shop, code, 1)


@keeps(INVARIANTS)
async def test_a_payment_comes_back_as_it_went_in_parts_and_never_twice(shop: Shop) -> None:
    member = await make_saver(shop, 1_000, 333)
    await pay(shop, await show_card(member), 777, receipt="PAID")
    first = await reverse(shop, "PAID", 100)
    assert first.moved.total_fen == 100
    await reverse(shop, "PAID", 1)
    whole = await reverse(shop, "PAID")
    assert whole.moved.total_fen == 676
    assert await holds(member) == Money(1_000, 333)
    for amount in (None, 1):
        with pytest.raises(wallets.WalletPaymentReturned):
            await reverse(shop, "PAID", amount)


async def test_a_reversal_sent_again_is_the_first_answer(shop: Shop) -> None:
    member = await make_saver(shop, 1_000)
    await pay(shop, await show_card(member), 600, receipt="PAID")
    said = shop.said(original_receipt="PAID", amount_fen=200)
    first = await wallets.reverse(shop.partner_id, wallets.Reversal(**said))
    await reverse(shop, "PAID")
    assert await wallets.reverse(shop.partner_id, wallets.Reversal(**said)) == first
    with pytest.raises(stores.ReceiptConflict):
        await wallets.reverse(shop.partner_id, wallets.Reversal(**said | {"amount_fen": 201}))
    assert await holds(member) == Money(1_000, 0)


async def test_only_the_store_that_was_paid_gives_back(shop: Shop) -> None:
    member = await make_saver(shop, 1_000)
    await pay(shop, await show_card(member), 600, receipt="PAID")
    stranger = await make_shop()
    with pytest.raises(wallets.WalletPaymentUnknown):
        await reverse(stranger, "PAID")
    with pytest.raises(wallets.WalletPaymentUnknown):
        await reverse(shop, "PAID", store=(await make_store(shop.partner_id)).code)
    with pytest.raises(wallets.WalletPaymentUnknown):
        await reverse(shop, "NEVER")


async def test_what_finds_no_room_is_refused_and_fits_in_part(shop: Shop) -> None:
    member = await make_saver(shop, 500_000)
    await pay(shop, await show_card(member), 3_000, receipt="PAID")
    await top_up(shop, await number_of(member), 2_000)
    with pytest.raises(wallets.WalletFull) as refused:
        await reverse(shop, "PAID")
    assert "¥10.00" in refused.value.message
    await reverse(shop, "PAID", 1_000)
    assert await holds(member) == Money(500_000, 0)


async def test_a_banned_member_still_gets_her_money_back(shop: Shop) -> None:
    member = await make_saver(shop, 1_000)
    await pay(shop, await show_card(member), 600, receipt="PAID")
    await members.ban(member, "测试", by=(await make_operator()).id)
    assert (await reverse(shop, "PAID")).holds == Money(1_000, 0)
