"""What campaigns promise a sale: frozen with it, given beside the rate, taken back as it was given."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation import clock, database, jobs
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import earning, members, points, purchases, stores, tiers
from membership.earning import Bonus, bonuses
from membership.purchases import Line
from membership.purchases.settlement import settle
from membership.purchases.targets import Event, target
from tests.makers.earning import STAFF, days_ago, in_force
from tests.makers.purchases import (
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
from tests.makers.stores import make_partner
from tests.membership.purchases.test_purchase_settlement import arrivals, receipt_of, state_of

DOUBLE = {"numerator": 2}


@pytest.fixture
async def shop(world: Settings) -> Shop:
    return await make_shop()


@pytest.fixture
async def buyer(world: Settings) -> Buyer:
    return await make_buyer()


async def balance(buyer: Buyer) -> int:
    return (await points.summary(buyer.id)).balance


async def buy(shop: Shop, buyer: Buyer, *lines: Line, **changes: Any) -> purchases.Sale:
    sale = make_sale(shop, card=buyer.number, lines=list(lines) or [line()], **changes)
    await purchases.accept_sale(shop.partner_id, sale)
    await settle_all()
    return sale


async def give_back(shop: Shop, sale: purchases.Sale, *lines: Line) -> None:
    await purchases.accept_return(shop.partner_id, make_return(shop, sale.receipt, lines=list(lines)))
    await settle_all()


async def test_double_points_for_one_article_come_as_a_lot_of_their_own(shop: Shop, buyer: Buyer) -> None:
    async with in_force(
        earning.Purchase, DOUBLE, stores=[shop.store.id], skus=["A1"], name="奶粉双倍", valid_months=3
    ) as rule:
        sale = await buy(shop, buyer, line(10_050, "A1"), line(5_000, "B2"))
    assert await balance(buyer) == 150 + 100
    entries = await database.fetch(
        "SELECT kind, amount, rule, note, store_id FROM points_entry WHERE member_id = $1 ORDER BY id", buyer.id
    )
    assert [tuple(entry) for entry in entries] == [
        ("purchase", 150, None, sale.receipt, shop.store.id),
        ("earned", 100, rule.code, f"奶粉双倍 · {sale.receipt}", shop.store.id),
    ]
    soonest = (await points.summary(buyer.id)).expiring[0]
    assert (soonest.points, soonest.expires_on) == (100, points.expiry_for(clock.today(), 3))


async def test_a_return_takes_back_each_line_at_what_it_earned(shop: Shop, buyer: Buyer) -> None:
    async with in_force(earning.Purchase, DOUBLE, stores=[shop.store.id], skus=["A1"]):
        sale = await buy(shop, buyer, line(10_000, "A1"), line(5_000, "B2"))
    await give_back(shop, sale, line(5_000, "B2"))
    assert await balance(buyer) == 200
    await give_back(shop, sale, line(4_000, "A1"))
    assert await balance(buyer) == 120
    await give_back(shop, sale, line(6_000, "A1"))
    assert (await balance(buyer), (await points.summary(buyer.id)).debt) == (0, 0)


async def test_the_status_says_what_the_whole_sale_gave(shop: Shop, buyer: Buyer) -> None:
    async with in_force(earning.Purchase, {"numerator": 3, "denominator": 2}, stores=[shop.store.id]):
        sale = make_sale(shop, card=buyer.number, lines=[line(10_000)])
        accepted = await purchases.accept_sale(shop.partner_id, sale)
    await give_back(shop, sale, line(2_000))
    seen = await purchases.status_of(shop.partner_id, accepted.id, "sale")
    assert (seen.points_given, seen.points_taken_back) == (150, 30)


async def test_what_a_sale_was_promised_stays_when_the_rule_changes(shop: Shop, buyer: Buyer) -> None:
    async with in_force(earning.Purchase, DOUBLE, stores=[shop.store.id]) as rule:
        sale = make_sale(shop, card=buyer.number)
        await purchases.accept_sale(shop.partner_id, sale)
        await earning.change_rule(STAFF, rule.id, {"parameters": {"numerator": 5}})
        await settle_all()
        assert await balance(buyer) == 200
        await buy(shop, buyer)
        assert await balance(buyer) == 200 + 500
    await give_back(shop, sale, line(10_000))
    assert await balance(buyer) == 500
    await buy(shop, buyer)
    assert await balance(buyer) == 600  # no rule any more


@pytest.mark.parametrize(
    ("parameters", "changes", "counts"),
    [
        ({"month_days": [days_ago(1).day]}, {}, True),
        ({"month_days": [days_ago(2).day]}, {}, False),
        ({"weekdays": [days_ago(1).isoweekday()]}, {}, True),
        ({"weekdays": [days_ago(3).isoweekday()]}, {}, False),
        ({}, {"valid_from": days_ago(1), "valid_until": days_ago(1)}, True),
        ({}, {"valid_from": clock.today()}, False),
        ({}, {"valid_until": days_ago(2)}, False),
        ({}, {"levels": ["standard"]}, True),
        ({}, {"levels": ["gold"]}, False),
        ({}, {"skus": ["C3"]}, False),
        ({}, {"active": False}, False),
    ],
)
async def test_where_and_when_a_rule_holds(
    shop: Shop, buyer: Buyer, parameters: dict[str, Any], changes: dict[str, Any], counts: bool
) -> None:
    """A sale of yesterday noon, by a member on everyone's level."""
    at = clock.start_of_day(days_ago(1)) + timedelta(hours=12)
    async with in_force(earning.Purchase, DOUBLE | parameters, **{"stores": [shop.store.id]} | changes):
        await buy(shop, buyer, occurred_at=at)
    assert await balance(buyer) == (200 if counts else 100)


async def test_another_store_gives_nothing_more(shop: Shop, buyer: Buyer) -> None:
    other = await make_shop()
    async with in_force(earning.Purchase, DOUBLE, stores=[other.store.id]):
        await buy(shop, buyer)
    assert await balance(buyer) == 100


async def test_two_rules_each_give_their_own(shop: Shop, buyer: Buyer) -> None:
    async with (
        in_force(earning.Purchase, DOUBLE, stores=[shop.store.id]),
        in_force(earning.Purchase, {"numerator": 3, "denominator": 2}, stores=[shop.store.id]),
    ):
        sale = await buy(shop, buyer)
    assert await balance(buyer) == 100 + 100 + 50
    await give_back(shop, sale, line(10_000))
    assert await balance(buyer) == 0


# Caps


async def test_caps_are_reserved_when_the_sale_comes_and_free_again_after_its_return(shop: Shop, buyer: Buyer) -> None:
    async with in_force(earning.Purchase, DOUBLE, stores=[shop.store.id], total_cap=120) as rule:
        first = make_sale(shop, card=buyer.number)
        second = make_sale(shop, card=buyer.number)
        for sale in (first, second):
            await purchases.accept_sale(shop.partner_id, sale)
        # Settled in the other order: what each was promised was decided when it came.
        for sale in (second, first):
            await settle(await receipt_of(shop, sale.receipt))
        assert await balance(buyer) == 200 + 100 + 20
        await give_back(shop, first, line(3_000))
        assert await balance(buyer) == 170 + 70 + 20
        assert await reserved(rule.code, buyer.id) == 90
        await buy(shop, buyer)
        assert await balance(buyer) == 170 + 70 + 20 + 100 + 30
        assert await reserved(rule.code, buyer.id) == 120


async def reserved(code: str, member_id: UUID) -> int:
    found: int = await database.fetchval(
        "SELECT coalesce(sum(points), 0)::int FROM earn_award WHERE code = $1 AND member_id = $2", code, member_id
    )
    return found


async def test_a_budget_is_not_used_up_by_goods_that_come_back(shop: Shop) -> None:
    one, other = await make_buyer(), await make_buyer()
    async with in_force(earning.Purchase, DOUBLE, stores=[shop.store.id], budget=100):
        sale = await buy(shop, one)
        await buy(shop, other)
        assert (await balance(one), await balance(other)) == (200, 100)
        await give_back(shop, sale, line(10_000))
        await buy(shop, other)
        assert (await balance(one), await balance(other)) == (0, 300)


async def test_a_return_before_its_sale_leaves_the_room_that_it_does_not_need(shop: Shop, buyer: Buyer) -> None:
    async with in_force(earning.Purchase, DOUBLE, stores=[shop.store.id], daily_cap=100) as rule:
        sale = make_sale(shop, card=buyer.number)
        await purchases.accept_return(shop.partner_id, make_return(shop, sale.receipt, lines=[line(6_000)]))
        await purchases.accept_sale(shop.partner_id, sale)
        await settle_all()
        assert await balance(buyer) == 80
        assert await reserved(rule.code, buyer.id) == 40


async def test_a_process_that_remembers_the_rule_before_its_change_still_gives_the_bonus(
    shop: Shop, buyer: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with in_force(earning.Purchase, DOUBLE, stores=[shop.store.id], daily_cap=1_000) as rule:
        await buy(shop, buyer, line(10_000))
        remembered = bonuses._copy
        await earning.change_rule(STAFF, rule.id, {"name": "会员日双倍"})
        monkeypatch.setattr(bonuses, "_copy", remembered)
        await buy(shop, buyer, line(10_000))
    assert await balance(buyer) == 200 + 200


async def test_the_same_sale_again_reserves_nothing(shop: Shop, buyer: Buyer) -> None:
    async with in_force(earning.Purchase, DOUBLE, stores=[shop.store.id], total_cap=500) as rule:
        sale = await buy(shop, buyer)
        await purchases.accept_sale(shop.partner_id, sale)
        assert await reserved(rule.code, buyer.id) == 100


async def test_a_rule_with_caps_needs_to_know_her_and_others_do_not(shop: Shop) -> None:
    phone = new_phone()
    async with (
        in_force(earning.Purchase, DOUBLE, stores=[shop.store.id], daily_cap=1_000),
        in_force(earning.Purchase, {"numerator": 3}, stores=[shop.store.id]),
    ):
        await purchases.accept_sale(shop.partner_id, make_sale(shop, phone=phone))
    member_id = await _verify(phone)
    await settle_all()
    assert (await points.summary(member_id)).balance == 100 + 200


# The set of events decides


@pytest.fixture
async def double_a(shop: Shop) -> AsyncIterator[earning.Rule]:
    async with in_force(earning.Purchase, DOUBLE, stores=[shop.store.id], skus=["A", "B"], valid_months=2) as rule:
        yield rule


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrived=arrivals())
async def test_any_order_and_number_of_events_gives_the_same_with_a_bonus(
    shop: Shop, double_a: earning.Rule, arrived: tuple[list[list[Line]], list[int], list[bool]]
) -> None:
    events, order, settle_after = arrived
    results = []
    for sequence, settling in ((order, settle_after), (range(len(events)), [False] * len(events))):
        buyer = await make_buyer()
        sale = make_sale(shop, card=buyer.number, lines=events[0])
        returns = [make_return(shop, sale.receipt, lines=lines) for lines in events[1:]]
        for turn, settles in zip(sequence, settling, strict=True):
            if turn == 0:
                await purchases.accept_sale(shop.partner_id, sale)
            else:
                await purchases.accept_return(shop.partner_id, returns[turn - 1])
            if settles:
                await settle(await receipt_of(shop, sale.receipt))
        await settle(await receipt_of(shop, sale.receipt))
        results.append(await state_of(buyer.id))
    assert results[0] == results[1]
    kinds = ["sale"] + ["return"] * (len(events) - 1)
    told = [Event(kind, lines) for kind, lines in zip(kinds, events, strict=True)]  # type: ignore[arg-type]  # two literals
    assert results[0].balance == target(told, 1, 1, [_bonus(2, skus=["A", "B"])]).points


@settings(deadline=None)
@given(
    amounts=st.lists(st.integers(0, 10_000_000), min_size=1, max_size=4),
    rate=st.tuples(st.integers(1, 9), st.integers(1, 7)),
    multiplier=st.tuples(st.integers(2, 40), st.integers(1, 9)).filter(lambda m: m[0] > m[1]),
)
def test_a_bonus_is_exact_and_rounded_down_once(
    amounts: list[int], rate: tuple[int, int], multiplier: tuple[int, int]
) -> None:
    kept = {str(place): amount for place, amount in enumerate(amounts)}
    earned = _bonus(*multiplier).points(kept, *rate)
    exact = sum(amounts) * rate[0] * (multiplier[0] - multiplier[1]), 100 * rate[1] * multiplier[1]
    assert earned * exact[1] <= exact[0] < (earned + 1) * exact[1]


def _bonus(numerator: int, denominator: int = 1, **changes: Any) -> Bonus:
    bonus = Bonus(rule_id="", code="x", name="", numerator=numerator, denominator=denominator, valid_months=12)
    return msgspec.structs.replace(bonus, **changes)


# A web shop


async def test_points_of_a_web_shop_wait_for_the_end_of_the_return_period(buyer: Buyer) -> None:
    partner = await make_partner()
    store = await stores.make_store(
        f"W{partner.id.hex[-8:].upper()}", "网店", "线上", partner_id=partner.id, return_days=7
    )
    shop = Shop(partner.id, store)
    async with in_force(earning.Purchase, DOUBLE, stores=[store.id], valid_from=days_ago(30)):
        await buy(shop, buyer, occurred_at=clock.now() - timedelta(days=2))
        await buy(shop, buyer, occurred_at=clock.now() - timedelta(days=8))
    summary = await points.summary(buyer.id)
    assert (summary.balance, summary.pending) == (200, 200)
    starts = await database.fetch("SELECT spendable_from FROM points_lot WHERE member_id = $1", buyer.id)
    assert max(row["spendable_from"] for row in starts) == clock.start_of_day(days_ago(2) + timedelta(days=8))


# Waiting sales


async def test_many_waiting_sales_are_claimed_in_one_round_trip_of_jobs(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = new_phone()
    for _ in range(5):
        await purchases.accept_sale(shop.partner_id, make_sale(shop, phone=phone))
    calls = []
    enqueue_many = jobs.enqueue_many

    async def counted(name: str, payloads: Any) -> None:
        calls.append(len(payloads))
        await enqueue_many(name, payloads)

    monkeypatch.setattr(jobs, "enqueue_many", counted)
    monkeypatch.setattr(jobs, "enqueue", None)
    member_id = await _verify(phone)
    await settle_all()
    assert calls == [5]
    assert (await points.summary(member_id)).balance == 500


@transactional
async def _verify(phone: str) -> UUID:
    """What a verification does with a phone, in its order of locks."""
    index = members.phone_index(f"+86{phone}")
    await members.hold_phone(index)
    member_id = await members.make_by_phone(f"+86{phone}")
    await points.open_account(member_id)
    await tiers.open_standing(member_id)
    await purchases.claim_waiting(index, member_id)
    return member_id
