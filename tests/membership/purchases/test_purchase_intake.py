"""Taking sales in: who bought, what is refused, and what is the same sale."""

import asyncio
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from foundation import cache, clock, database
from foundation.errors import Invalid
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import cards, members, points, purchases, stores, tiers
from membership.cards import codes
from tests.makers.purchases import (
    TERMINAL,
    Buyer,
    Shop,
    line,
    make_buyer,
    make_return,
    make_sale,
    make_shop,
    new_phone,
    settle_all,
)
from tests.statements import statements


@pytest.fixture
async def shop(world: Settings) -> Shop:
    return await make_shop()


@pytest.fixture
async def buyer(world: Settings) -> Buyer:
    return await make_buyer()


async def status(shop: Shop, accepted: purchases.Accepted) -> purchases.EventStatus:
    return await purchases.status_of(shop.partner_id, accepted.id, "sale")


async def balance(buyer: Buyer) -> int:
    return (await points.summary(buyer.id)).balance


async def code_of(buyer: Buyer) -> cards.CardCode:
    [code] = await cards.issue_codes(buyer.id, 1)
    return code


async def test_a_sale_by_card_number_is_received_then_settled(shop: Shop, buyer: Buyer) -> None:
    sale = make_sale(shop, card=buyer.number, lines=[line(12_345), line(99, "B2")])
    accepted = await purchases.accept_sale(shop.partner_id, sale)
    assert accepted.status == "received"
    before = await status(shop, accepted)
    assert (before.status, before.points_given, before.level) == ("received", None, "standard")
    await settle_all()
    after = await status(shop, accepted)
    assert (after.status, after.points_given, after.points_taken_back, after.growth) == ("settled", 124, 0, 124)
    assert after.amount_fen == 12_444
    assert await balance(buyer) == 124
    standing = await tiers.standing(buyer.id)
    assert standing.growth == 124


async def test_points_last_until_the_end_of_the_month_a_year_after_the_sale(shop: Shop, buyer: Buyer) -> None:
    # 23:30 UTC is the next day in Shanghai.
    at = (clock.now() - timedelta(days=40)).replace(hour=23, minute=30)
    await purchases.accept_sale(shop.partner_id, make_sale(shop, card=buyer.number, occurred_at=at))
    await settle_all()
    [lot] = (await points.summary(buyer.id)).expiring
    bought_on = (at + timedelta(hours=8)).date()
    assert lot.expires_on == clock.end_of_month(clock.add_months(bought_on, 12))
    assert lot.points == 100


async def test_the_same_sale_again_gets_the_same_answer_and_gives_nothing_twice(shop: Shop, buyer: Buyer) -> None:
    code = await code_of(buyer)
    sale = make_sale(shop, card=code.qr)
    first = await purchases.accept_sale(shop.partner_id, sale)
    again = await purchases.accept_sale(shop.partner_id, sale)
    await settle_all()
    late = await purchases.accept_sale(shop.partner_id, sale)
    elsewhere = sale.occurred_at.astimezone(timezone(timedelta(hours=8)))
    other_zone = await purchases.accept_sale(shop.partner_id, _changed(sale, occurred_at=elsewhere))
    assert first == again == late == other_zone
    await settle_all()
    assert await balance(buyer) == 100


@pytest.mark.parametrize(
    "changes",
    [
        {"lines": [line(10_001)]},
        {"lines": [line(), line(0, "B2")]},
        {"terminal": "POS-2"},
        {"occurred_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ],
)
async def test_other_content_under_the_same_number_is_a_conflict(
    shop: Shop, buyer: Buyer, changes: dict[str, Any]
) -> None:
    sale = make_sale(shop, card=buyer.number)
    await purchases.accept_sale(shop.partner_id, sale)
    with pytest.raises(stores.ReceiptConflict):
        await purchases.accept_sale(shop.partner_id, _changed(sale, **changes))


async def test_the_same_number_means_another_sale_elsewhere_and_as_a_return(shop: Shop, buyer: Buyer) -> None:
    other = await make_shop()
    sale = make_sale(shop, card=buyer.number)
    first = await purchases.accept_sale(shop.partner_id, sale)
    second = await purchases.accept_sale(other.partner_id, _changed(sale, store=other.store.code))
    third = await purchases.accept_return(
        shop.partner_id, make_return(shop, sale.receipt, receipt=sale.receipt, lines=[line(1_000)])
    )
    assert len({first.id, second.id, third.id}) == 3
    await settle_all()
    assert await balance(buyer) == 190


async def test_the_same_sale_at_the_same_moment_is_stored_once(shop: Shop, buyer: Buyer) -> None:
    sale = make_sale(shop, card=(await code_of(buyer)).qr)
    answers = await asyncio.gather(*(purchases.accept_sale(shop.partner_id, sale) for _ in range(12)))
    assert len(set(map(str, answers))) == 1
    await settle_all()
    assert await balance(buyer) == 100


async def test_two_contents_at_the_same_moment_one_wins(shop: Shop, buyer: Buyer) -> None:
    sale = make_sale(shop, card=buyer.number)
    sales = [_changed(sale, lines=[line(1_000 * (1 + turn))]) for turn in range(6)]
    results = await asyncio.gather(
        *(purchases.accept_sale(shop.partner_id, sale) for sale in sales), return_exceptions=True
    )
    won = [turn for turn, result in enumerate(results) if isinstance(result, purchases.Accepted)]
    assert len(won) == 1
    assert sum(isinstance(result, stores.ReceiptConflict) for result in results) == 5
    await settle_all()
    assert await balance(buyer) == 10 * (1 + won[0])


async def test_stores_of_others_are_unknown(shop: Shop, buyer: Buyer) -> None:
    other = await make_shop()
    for code in (other.store.code, "NOSUCHSTORE"):
        with pytest.raises(stores.StoreUnknown):
            await purchases.accept_sale(shop.partner_id, make_sale(shop, store=code, card=buyer.number))
        with pytest.raises(stores.StoreUnknown):
            await purchases.accept_return(shop.partner_id, make_return(shop, "R1", store=code))


async def test_exactly_one_of_card_and_phone(shop: Shop, buyer: Buyer) -> None:
    for who in ({}, {"card": buyer.number, "phone": buyer.phone}):
        with pytest.raises(Invalid):
            await purchases.accept_sale(shop.partner_id, make_sale(shop, **who))


async def test_times_that_can_not_be(shop: Shop, buyer: Buyer) -> None:
    for at in (clock.now() + timedelta(minutes=11), clock.now() - timedelta(days=401)):
        with pytest.raises(Invalid) as refused:
            await purchases.accept_sale(shop.partner_id, make_sale(shop, card=buyer.number, occurred_at=at))
        assert [error.field for error in refused.value.errors] == ["occurred_at"]
    for at in (clock.now() + timedelta(minutes=9), clock.now() - timedelta(days=399)):
        await purchases.accept_sale(shop.partner_id, make_sale(shop, card=buyer.number, occurred_at=at))


async def test_a_number_nobody_has_is_refused(shop: Shop) -> None:
    with pytest.raises(cards.CardUnknown):
        await purchases.accept_sale(shop.partner_id, make_sale(shop, card="100000000000"))


async def test_a_phone_finds_its_member_however_it_is_written(shop: Shop, buyer: Buyer) -> None:
    for phone in (buyer.phone, f"+86{buyer.phone}"):
        accepted = await purchases.accept_sale(shop.partner_id, make_sale(shop, phone=phone))
        assert accepted.status == "received"
    await settle_all()
    assert await balance(buyer) == 200


async def test_a_sale_takes_as_few_round_trips_as_it_has_parts(shop: Shop, buyer: Buyer) -> None:
    await purchases.accept_sale(shop.partner_id, make_sale(shop, card=buyer.number))  # store and levels are read once
    code = await code_of(buyer)
    with statements() as sent:
        await purchases.accept_sale(shop.partner_id, make_sale(shop, card=code.qr))
    # BEGIN, whose card, the code, the rate, receipt and sale, the job, COMMIT.
    assert len(sent) == 7, sent


# Codes


async def test_a_scanned_code_serves_one_sale_of_that_till(shop: Shop, buyer: Buyer) -> None:
    code = await code_of(buyer)
    await cards.scan(code.qr, shop.store.id, TERMINAL)
    for elsewhere in ({"terminal": "POS-2"},):
        with pytest.raises(cards.CardCodeUsed):
            await purchases.accept_sale(shop.partner_id, make_sale(shop, card=code.qr, **elsewhere))
    await purchases.accept_sale(shop.partner_id, make_sale(shop, card=code.qr))
    with pytest.raises(cards.CardCodeUsed):
        await purchases.accept_sale(shop.partner_id, make_sale(shop, card=code.qr))
    await settle_all()
    assert await balance(buyer) == 100


async def test_another_store_can_not_use_a_scan(shop: Shop, buyer: Buyer) -> None:
    code, other = await code_of(buyer), await make_shop()
    await cards.scan(code.qr, shop.store.id, TERMINAL)
    with pytest.raises(cards.CardCodeUsed):
        await purchases.accept_sale(other.partner_id, make_sale(other, card=code.qr))


async def test_a_scan_lasts_two_hours(shop: Shop, buyer: Buyer) -> None:
    old, young = await code_of(buyer), await code_of(buyer)
    for code, minutes in ((old, 121), (young, 119)):
        await cards.scan(code.qr, shop.store.id, TERMINAL)
        await database.execute(
            "UPDATE card_code_use SET used_at = now() - make_interval(mins => $2) WHERE id = $1::bigint",
            int(str(code.barcode)),
            minutes,
        )
    with pytest.raises(cards.CardCodeUsed):
        await purchases.accept_sale(shop.partner_id, make_sale(shop, card=old.qr, occurred_at=clock.now()))
    await purchases.accept_sale(shop.partner_id, make_sale(shop, card=young.qr, occurred_at=clock.now()))
    # The line was down: the sale comes late, but it happened soon after the scan.
    soon_after = clock.now() - timedelta(minutes=110)
    await purchases.accept_sale(shop.partner_id, make_sale(shop, card=old.qr, occurred_at=soon_after))


async def test_scanned_digits_serve_the_sale_even_when_redis_forgot_them(shop: Shop, buyer: Buyer) -> None:
    code = await code_of(buyer)
    assert code.barcode is not None
    await cards.scan(code.barcode, shop.store.id, TERMINAL)
    await cache.client().delete(f"card:{{{code.barcode}}}")
    sale = make_sale(shop, card=code.barcode)
    first = await purchases.accept_sale(shop.partner_id, sale)
    assert await purchases.accept_sale(shop.partner_id, sale) == first
    with pytest.raises(cards.CardCodeUsed):
        await purchases.accept_sale(shop.partner_id, make_sale(shop, card=code.barcode))
    with pytest.raises(cards.CardCodeUnknown):
        await purchases.accept_sale(shop.partner_id, make_sale(shop, card="987654321098765432"))


async def test_an_unscanned_code_is_judged_by_when_the_sale_happened(shop: Shop, buyer: Buyer) -> None:
    shown = int(time.time()) - 3_600
    offline, spare = codes.new_codes(buyer.number, 1, shown) + codes.new_codes(buyer.number, 1, shown)
    at = datetime.fromtimestamp(shown + 30, UTC)
    accepted = await purchases.accept_sale(
        shop.partner_id, make_sale(shop, card=codes.write_token(offline), occurred_at=at)
    )
    assert accepted.status == "received"
    for wrong, refusal in ((shown + 120, cards.CardCodeExpired), (shown - 120, cards.CardCodeEarly)):
        at = datetime.fromtimestamp(wrong, UTC)
        with pytest.raises(refusal):
            await purchases.accept_sale(shop.partner_id, make_sale(shop, card=codes.write_token(spare), occurred_at=at))
    # What was refused has not used the code up.
    at = datetime.fromtimestamp(shown + 30, UTC)
    await purchases.accept_sale(shop.partner_id, make_sale(shop, card=codes.write_token(spare), occurred_at=at))


async def test_a_code_shown_now_serves_a_sale_of_a_moment_ago(shop: Shop, buyer: Buyer) -> None:
    at = clock.now() - timedelta(minutes=20)
    await purchases.accept_sale(shop.partner_id, make_sale(shop, card=(await code_of(buyer)).qr, occurred_at=at))


async def test_a_code_used_by_a_sale_can_not_be_scanned(shop: Shop, buyer: Buyer) -> None:
    code = await code_of(buyer)
    await purchases.accept_sale(shop.partner_id, make_sale(shop, card=code.qr))
    with pytest.raises(cards.CardCodeUsed):
        await cards.scan(code.qr, shop.store.id, TERMINAL)


# Waiting for a person


@transactional
async def _verify(phone: str) -> tuple[Buyer, int]:
    """What a verification does with a phone, in its order of locks."""
    index = members.phone_index(f"+86{phone}")
    await members.hold_phone(index)
    member_id = await members.make_by_phone(f"+86{phone}")
    await points.open_account(member_id)
    await tiers.open_standing(member_id)
    claimed = await purchases.claim_waiting(index, member_id)
    member = await members.get(member_id)
    assert member is not None
    return Buyer(member_id, member.number, phone), claimed


async def test_a_sale_of_an_unknown_person_waits_for_her(shop: Shop) -> None:
    phone = new_phone()
    sale = make_sale(shop, phone=phone)
    accepted = await purchases.accept_sale(shop.partner_id, sale)
    await purchases.accept_return(shop.partner_id, make_return(shop, sale.receipt, lines=[line(2_500)]))
    await settle_all()
    assert accepted.status == "waiting"
    assert (await status(shop, accepted)).status == "waiting"
    buyer, claimed = await _verify(phone)
    assert claimed == 1
    assert (await status(shop, accepted)).status == "received"
    await settle_all()
    settled = await status(shop, accepted)
    assert (settled.status, settled.level, settled.points_given, settled.points_taken_back) == (
        "settled",
        "standard",
        100,
        25,
    )
    assert await balance(buyer) == 75
    assert (await purchases.accept_sale(shop.partner_id, sale)).status == "waiting"  # the first answer
    stored = await database.fetchval("SELECT phone_index FROM purchase_receipt WHERE number = $1", sale.receipt)
    assert stored is None


async def test_no_phone_is_stored_with_a_waiting_sale(shop: Shop) -> None:
    phone = new_phone()
    await purchases.accept_sale(shop.partner_id, make_sale(shop, phone=phone))
    tables = await database.fetch("SELECT row_to_json(r)::text AS text FROM purchase_receipt r")
    events = await database.fetch("SELECT row_to_json(e)::text AS text FROM purchase_event e")
    assert tables and events
    assert not [row for row in [*tables, *events] if phone in row["text"]]


async def test_a_phone_verified_while_its_sale_arrives_misses_nothing(shop: Shop) -> None:
    for _ in range(8):
        phone = new_phone()
        (buyer, _claimed), *_sales = await asyncio.gather(
            _verify(phone), *(purchases.accept_sale(shop.partner_id, make_sale(shop, phone=phone)) for _ in range(5))
        )
        await settle_all()
        assert await balance(buyer) == 500


def _changed(sale: purchases.Sale, **changes: Any) -> purchases.Sale:
    return msgspec.structs.replace(sale, **changes)
