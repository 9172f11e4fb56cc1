"""Settling: the result depends on the set of a receipt's events, not on their order or number."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation import clock, database
from foundation.errors import Problem
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import members, points, purchases, tiers
from membership.points import Kind
from membership.purchases import Line
from membership.purchases.settlement import settle
from membership.purchases.targets import Event, kept_fen, target
from tests.makers.purchases import Buyer, Shop, line, make_buyer, make_return, make_sale, make_shop, settle_all


@pytest.fixture
async def shop(world: Settings) -> Shop:
    return await make_shop()


@pytest.fixture
async def buyer(world: Settings) -> Buyer:
    return await make_buyer()


class State(msgspec.Struct, frozen=True):
    """Everything a receipt can have given."""

    balance: int
    debt: int
    growth: int
    level: str
    lots: list[tuple[int, str]]
    amount_fen: int
    purchases: int


async def state_of(member_id: UUID) -> State:
    summary = await points.summary(member_id)
    standing = await tiers.standing(member_id)
    lots = await database.fetch(
        "SELECT remaining, expires_on FROM points_lot WHERE member_id = $1 AND remaining > 0", member_id
    )
    sums = await database.fetchrow(
        "SELECT COALESCE(sum(amount_fen), 0)::bigint AS amount, COALESCE(sum(purchases), 0)::int AS purchases"
        " FROM growth_entry WHERE member_id = $1",
        member_id,
    )
    assert sums is not None
    return State(
        summary.balance,
        summary.debt,
        standing.growth,
        standing.level.code,
        sorted((row["remaining"], str(row["expires_on"])) for row in lots),
        sums["amount"],
        sums["purchases"],
    )


async def receipt_of(shop: Shop, number: str) -> UUID:
    found: UUID = await database.fetchval(
        "SELECT id FROM purchase_receipt WHERE partner_id = $1 AND number = $2", shop.partner_id, number
    )
    return found


amounts = st.integers(min_value=0, max_value=600_000)
lines = st.lists(
    st.builds(Line, sku=st.sampled_from("ABC"), quantity=st.integers(1, 3), amount_fen=amounts), min_size=1, max_size=3
)


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[list[Line]], list[int], list[bool]]:
    """A sale (event 0) and returns; the order in which they come, each perhaps several times; when settlement runs."""
    events = draw(st.lists(lines, min_size=1, max_size=4))
    every = list(range(len(events)))
    again = draw(st.lists(st.sampled_from(every), max_size=4))
    order = draw(st.permutations(every + again))
    return events, order, draw(st.lists(st.booleans(), min_size=len(order), max_size=len(order)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(arrived=arrivals())
async def test_any_order_and_number_of_events_gives_the_same(
    shop: Shop, arrived: tuple[list[list[Line]], list[int], list[bool]]
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
    wanted = target((Event(kind, lines) for kind, lines in zip(kinds, events, strict=True)), 1, 1)  # type: ignore[arg-type]  # two literals
    assert (results[0].balance, results[0].growth, results[0].amount_fen, results[0].purchases) == (
        wanted.points,
        wanted.growth,
        wanted.amount_fen,
        wanted.purchases,
    )


def test_net_amounts_are_counted_article_by_article() -> None:
    sale = Event("sale", [line(1_000, "A"), line(500, "A"), line(300, "B")])
    assert kept_fen([sale]) == {"A": 1_500, "B": 300}
    assert kept_fen([sale, Event("return", [line(1_200, "A")])]) == {"A": 300, "B": 300}
    assert kept_fen([sale, Event("return", [line(9_999, "A")])]) == {"A": 0, "B": 300}  # more than was sold: all of it
    assert kept_fen([sale, Event("return", [line(50, "C")])]) == {"A": 1_500, "B": 300}  # never sold
    assert kept_fen([Event("return", [line(50, "A")])]) == {}


def test_rates_are_exact_and_rounded_down_once() -> None:
    sale = Event("sale", [line(199, "A"), line(199, "B")])
    assert target([sale], 3, 2).points == 5  # 3.98 × 1.5 = 5.97
    assert target([sale], 1, 1).growth == 3


async def test_a_return_thirty_days_late_takes_back_at_the_frozen_rate(shop: Shop, buyer: Buyer) -> None:
    at = clock.now() - timedelta(days=30)
    await _buy(shop, buyer, 500_000, occurred_at=at - timedelta(days=1))  # ¥5,000: gold from here
    assert (await tiers.standing(buyer.id)).level.code == "gold"
    sale, accepted = await _buy(shop, buyer, 10_001, occurred_at=at)
    assert (await points.summary(buyer.id)).balance == 5_000 + 150
    await _give_back(shop, sale.receipt, 5_000)
    # 50.01 yuan kept, at 1.5: what is kept is worth 75, so 75 went back.
    assert (await points.summary(buyer.id)).balance == 5_000 + 75
    await _give_back(shop, sale.receipt, 5_001)
    assert (await points.summary(buyer.id)).balance == 5_000
    seen = await purchases.status_of(shop.partner_id, accepted.id, "sale")
    assert (seen.level, seen.points_given, seen.points_taken_back, seen.growth) == ("gold", 150, 150, 0)


async def test_the_rate_stays_when_the_level_changes_before_settlement(shop: Shop, buyer: Buyer) -> None:
    sale = make_sale(shop, card=buyer.number, lines=[line(10_000)])
    await purchases.accept_sale(shop.partner_id, sale)
    big = make_sale(shop, card=buyer.number, lines=[line(500_000)])
    await purchases.accept_sale(shop.partner_id, big)
    await settle(await receipt_of(shop, big.receipt))
    assert (await tiers.standing(buyer.id)).level.code == "gold"
    await settle(await receipt_of(shop, sale.receipt))
    assert (await points.summary(buyer.id)).balance == 5_100


async def test_what_is_spent_already_becomes_a_debt_that_later_earnings_repay(shop: Shop, buyer: Buyer) -> None:
    sale, _ = await _buy(shop, buyer, 10_000)
    await _spend(buyer.id, 80)
    await _give_back(shop, sale.receipt, 10_000)
    summary = await points.summary(buyer.id)
    assert (summary.balance, summary.debt) == (0, 80)
    await _buy(shop, buyer, 10_000)
    summary = await points.summary(buyer.id)
    assert (summary.balance, summary.debt) == (20, 0)


async def test_a_return_takes_from_its_own_lot_first(shop: Shop, buyer: Buyer) -> None:
    # The older lot expires first and would be the one that a spending takes.
    await _buy(shop, buyer, 10_000, occurred_at=clock.now() - timedelta(days=100))
    sale, _ = await _buy(shop, buyer, 20_000)
    await _give_back(shop, sale.receipt, 5_000)
    assert [remaining for remaining, _ in (await state_of(buyer.id)).lots] == [100, 150]


async def test_a_return_withdraws_the_promotion_that_rested_on_it(shop: Shop, buyer: Buyer) -> None:
    sale, _ = await _buy(shop, buyer, 500_000)
    assert (await tiers.standing(buyer.id)).level.code == "gold"
    await _give_back(shop, sale.receipt, 500_000)
    assert (await state_of(buyer.id)).level == "standard"


async def test_a_return_before_its_sale_waits_and_counts(shop: Shop, buyer: Buyer) -> None:
    sale = make_sale(shop, card=buyer.number)
    accepted = await purchases.accept_return(shop.partner_id, make_return(shop, sale.receipt, lines=[line(4_000)]))
    assert accepted.status == "waiting_for_sale"
    await settle_all()
    waiting = await purchases.status_of(shop.partner_id, accepted.id, "return")
    assert (waiting.status, waiting.points_given) == ("waiting_for_sale", None)
    await purchases.accept_sale(shop.partner_id, sale)
    await settle_all()
    assert (await purchases.status_of(shop.partner_id, accepted.id, "return")).status == "settled"
    assert (await points.summary(buyer.id)).balance == 60


async def test_two_workers_at_once_on_one_receipt(shop: Shop, buyer: Buyer) -> None:
    for _ in range(5):
        before = (await points.summary(buyer.id)).balance
        sale = make_sale(shop, card=buyer.number)
        await purchases.accept_sale(shop.partner_id, sale)
        receipt = await receipt_of(shop, sale.receipt)
        settled = await asyncio.gather(*(settle(receipt) for _ in range(6)))
        assert sorted(result.points for result in settled) == [0] * 5 + [100]
        assert (await points.summary(buyer.id)).balance == before + 100


async def test_returns_arriving_while_it_is_settled_are_all_counted(shop: Shop, buyer: Buyer) -> None:
    sale, _ = await _buy(shop, buyer, 100_000)
    receipt = await receipt_of(shop, sale.receipt)
    returns = [make_return(shop, sale.receipt, lines=[line(1_000)]) for _ in range(10)]
    await asyncio.gather(
        *(purchases.accept_return(shop.partner_id, returned) for returned in returns * 3),
        *(settle(receipt) for _ in range(6)),
    )
    await settle_all()
    assert (await points.summary(buyer.id)).balance == 900


async def test_settling_twice_or_an_unknown_receipt_changes_nothing(shop: Shop, buyer: Buyer) -> None:
    sale, _ = await _buy(shop, buyer, 10_000)
    before = await state_of(buyer.id)
    receipt = await receipt_of(shop, sale.receipt)
    for known in (receipt, receipt, buyer.id):
        result = await settle(known)
        assert (result.points, result.growth) == (0, 0)
    assert await state_of(buyer.id) == before


async def test_a_merged_member_s_sales_go_to_the_survivor(shop: Shop) -> None:
    gone, stays = await make_buyer(), await make_buyer()
    sale, accepted = await _buy(shop, gone, 10_000)
    unsettled = make_sale(shop, card=gone.number)
    await purchases.accept_sale(shop.partner_id, unsettled)
    assert await _merge(gone.id, stays.id) == 2
    await settle_all()
    assert (await points.summary(stays.id)).balance == 200
    await purchases.accept_sale(shop.partner_id, make_sale(shop, card=gone.number))
    await settle_all()
    assert (await points.summary(stays.id)).balance == 300
    await _give_back(shop, sale.receipt, 10_000)
    assert (await points.summary(stays.id)).balance == 200
    assert (await purchases.status_of(shop.partner_id, accepted.id, "sale")).points_taken_back == 100


async def test_sales_and_settlements_during_a_merge_lose_nothing(shop: Shop) -> None:
    for _ in range(8):
        gone, stays = await make_buyer(), await make_buyer()
        sales = [make_sale(shop, card=gone.number) for _ in range(4)]
        for sale in sales[:2]:
            await purchases.accept_sale(shop.partner_id, sale)
        receipts = [await receipt_of(shop, sale.receipt) for sale in sales[:2]]
        await asyncio.gather(
            *(purchases.accept_sale(shop.partner_id, sale) for sale in sales[2:]),
            *(settle(receipt) for receipt in receipts),
            _merge(gone.id, stays.id),
        )
        await settle_all()
        assert (await state_of(stays.id)).balance == 400
        assert (await state_of(stays.id)).growth == 400
        assert (await points.summary(gone.id)).balance == 0


async def test_others_see_nothing_of_a_partner_s_events(shop: Shop, buyer: Buyer) -> None:
    _, accepted = await _buy(shop, buyer, 10_000)
    other = await make_shop()
    for partner_id, kind in ((other.partner_id, "sale"), (shop.partner_id, "return")):
        with pytest.raises(Problem) as refused:
            await purchases.status_of(partner_id, accepted.id, kind)  # type: ignore[arg-type]  # one of the two kinds
        assert refused.value.code == "purchase_not_found"


async def test_events_are_kept_as_they_came(shop: Shop, buyer: Buyer) -> None:
    _, accepted = await _buy(shop, buyer, 10_000)
    for statement in (
        "UPDATE purchase_event SET amount_fen = 1 WHERE id = $1",
        "DELETE FROM purchase_event WHERE id = $1",
    ):
        with pytest.raises(Exception, match="append-only"):
            await database.execute(statement, accepted.id)


async def _buy(shop: Shop, buyer: Buyer, amount_fen: int, **changes: Any) -> tuple[purchases.Sale, purchases.Accepted]:
    sale = make_sale(shop, card=buyer.number, lines=[line(amount_fen)], **changes)
    accepted = await purchases.accept_sale(shop.partner_id, sale)
    await settle_all()
    return sale, accepted


async def _give_back(shop: Shop, receipt: str, amount_fen: int) -> None:
    await purchases.accept_return(shop.partner_id, make_return(shop, receipt, lines=[line(amount_fen)]))
    await settle_all()


@transactional
async def _spend(member_id: UUID, amount: int) -> None:
    await points.spend(member_id, amount, kind=Kind.REDEMPTION, key=f"test:{member_id}")


@transactional
async def _merge(gone: UUID, stays: UUID) -> int:
    """As enrolment does it, in its order of locks."""
    await members.hold({gone, stays})
    moved = await purchases.move_all(gone, stays)
    await tiers.move_all(gone, stays)
    await points.move_all(gone, stays, key=str(gone))
    await members.mark_merged(gone, stays)
    return moved


async def test_a_late_sale_earns_at_the_level_of_its_own_day(shop: Shop, buyer: Buyer) -> None:
    """She became gold today; what she bought three days ago she bought on everyone's level."""
    sale = make_sale(shop, card=buyer.number, lines=[line(600_000)])
    await purchases.accept_sale(shop.partner_id, sale)
    await settle_all()
    assert (await tiers.standing(buyer.id)).level.code == "gold"
    now = clock.now()
    today = await purchases.accept_sale(shop.partner_id, make_sale(shop, card=buyer.number, occurred_at=now))
    earlier = now - timedelta(days=3)
    late = await purchases.accept_sale(shop.partner_id, make_sale(shop, card=buyer.number, occurred_at=earlier))
    await settle_all()
    levels = [(await purchases.status_of(shop.partner_id, each.id, "sale")).level for each in (today, late)]
    assert levels == ["gold", "standard"]
