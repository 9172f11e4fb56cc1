"""Selling levels: what the buyer is from then on, for how long, and what she gets back."""

import asyncio
import itertools
from datetime import timedelta
from uuid import uuid4

import pytest

from foundation import clock, database
from membership import cards, members, paid_levels, stores, tiers
from membership.paid_levels import PaidLevelView
from membership.paid_levels.invariants import INVARIANTS
from membership.paid_levels.jobs import KIND, remind
from tests.breakers import broken_by, keeps
from tests.makers.paid_levels import days_ago, make_plan, merge, rate_on, sell
from tests.makers.staff import make_staff
from tests.makers.tiers import record, stored
from tests.makers.wallets import Shop, make_operator, make_saver, make_shop, number_of, show_card

pytestmark = pytest.mark.usefixtures("world")

BREAKS = {invariant.name: invariant for invariant in INVARIANTS}


@pytest.fixture
async def shop() -> Shop:
    return await make_shop()


@keeps(INVARIANTS)
async def test_a_bought_level_counts_from_its_first_day_to_its_last(shop: Shop) -> None:
    member, plan = await make_saver(shop), await make_plan("gold", months=1)
    sold = await sell(shop, await show_card(member), plan)
    today = clock.today()
    assert (sold.begins_on, sold.ends_on) == (today, clock.add_months(today, 1) - timedelta(days=1))
    standing = await tiers.standing(member)
    assert (standing.level.code, standing.is_paid, standing.valid_until) == ("gold", True, sold.ends_on)
    assert standing.forecast is not None and standing.forecast.level_after.code == "standard"
    assert "续费" in standing.forecast.sentence
    assert standing.next_level is not None and standing.next_level.level.code == "diamond"
    for day, code in (
        (today - timedelta(days=1), "standard"),
        (today, "gold"),
        (sold.ends_on, "gold"),
        (sold.ends_on + timedelta(days=1), "standard"),
    ):
        assert (await rate_on(member, day)).level_code == code
    # What she earned by herself is what it was.
    assert await stored(member) == ("standard", None)


async def test_the_higher_of_earned_and_bought_counts(shop: Shop) -> None:
    member = await make_saver(shop)
    await record(member, 100_000)
    earned = (await tiers.standing(member)).level
    assert earned.code == "gold"
    await sell(shop, await number_of(member), await make_plan("silver"))
    standing = await tiers.standing(member)
    assert (standing.level, standing.is_paid) == (earned, False)
    assert (await rate_on(member)).level_code == "gold"


@keeps(INVARIANTS)
async def test_bought_again_it_is_longer(shop: Shop) -> None:
    member, plan = await make_saver(shop), await make_plan("gold", months=3)
    first = await sell(shop, await number_of(member), plan)
    second = await sell(shop, await number_of(member), plan)
    assert second.begins_on == first.ends_on + timedelta(days=1)
    assert (await tiers.standing(member)).valid_until == second.ends_on
    other = await sell(shop, await number_of(member), await make_plan("diamond", months=1))
    assert other.begins_on == clock.today(), "another level does not wait"
    assert (await tiers.standing(member)).level.code == "diamond"


@keeps(INVARIANTS)
async def test_two_sales_at_once_follow_each_other(shop: Shop) -> None:
    member, plan = await make_saver(shop), await make_plan("gold", months=1)
    number = await number_of(member)
    sold = await asyncio.gather(*(sell(shop, number, plan) for _ in range(5)))
    periods = sorted((each.begins_on, each.ends_on) for each in sold)
    assert all(after[0] == before[1] + timedelta(days=1) for before, after in itertools.pairwise(periods))


async def test_sent_again_it_is_sold_once(shop: Shop) -> None:
    member, plan = await make_saver(shop), await make_plan()
    said = shop.said(card=await show_card(member), plan=plan.code, price_fen=plan.price_fen)
    results = await asyncio.gather(
        *(paid_levels.sell_at_till(shop.partner_id, paid_levels.PlanSale(**said)) for _ in range(4))
    )
    assert len({sold.id for sold in results}) == 1
    assert len(await paid_levels.of_member(member)) == 1
    with pytest.raises(stores.ReceiptConflict):
        await paid_levels.sell_at_till(shop.partner_id, paid_levels.PlanSale(**said | {"terminal": "POS-9"}))


async def test_what_is_not_sold_so_is_refused(shop: Shop) -> None:
    member, plan = await make_saver(shop), await make_plan()
    number, operator = await number_of(member), (await make_operator()).id
    with pytest.raises(paid_levels.PlanPriceChanged) as refused:
        said = shop.said(card=number, plan=plan.code, price_fen=1)
        await paid_levels.sell_at_till(shop.partner_id, paid_levels.PlanSale(**said))
    assert "¥365.00" in refused.value.message
    await paid_levels.change_plan(operator, plan.code, active=False)
    with pytest.raises(paid_levels.PlanUnknown):
        await sell(shop, number, plan)
    with pytest.raises(cards.CardUnknown):
        await sell(shop, "000000000000", await make_plan())
    await members.ban(member, "测试", by=operator)
    with pytest.raises(cards.CardBlocked):
        await sell(shop, number, await make_plan())
    for level in ("standard", "platinum"):
        with pytest.raises(paid_levels.PlanLevelUnfit):
            await make_plan(level)
    with pytest.raises(paid_levels.PlanExists):
        await paid_levels.make_plan(operator, plan)
    with pytest.raises(paid_levels.PlanNotFound):
        await paid_levels.change_plan(operator, "nobody-knows", active=True)


async def test_a_new_price_is_for_the_next_buyer(shop: Shop) -> None:
    member, plan = await make_saver(shop), await make_plan()
    await sell(shop, await number_of(member), plan)
    changed = await paid_levels.change_plan((await make_operator()).id, plan.code, price_fen=99, benefits=["更多"])
    assert (changed.price_fen, changed.benefits, changed.active) == (99, ["更多"], True)
    [sold] = await paid_levels.of_member(member)
    assert sold.price_fen == 36_500


async def refund(sold: PaidLevelView) -> PaidLevelView:
    return await paid_levels.refund((await make_operator()).id, sold.id, "顾客不需要了")


@keeps(INVARIANTS)
async def test_soon_after_the_sale_everything_goes_back(shop: Shop) -> None:
    member = await make_saver(shop)
    sold = await sell(shop, await number_of(member), await make_plan())
    given_back = await refund(sold)
    assert (given_back.refunded_fen, given_back.refunded_on) == (36_500, clock.today())
    assert (await tiers.standing(member)).level.code == "standard"
    assert await refund(sold) == given_back
    audited = await database.fetchval("SELECT count(*) FROM audit_entry WHERE subject_id = $1", str(sold.id))
    assert audited == 1
    again = await sell(shop, await number_of(member), await make_plan())
    assert again.begins_on == clock.today()


@keeps(INVARIANTS)
async def test_later_the_days_that_are_left_go_back(shop: Shop) -> None:
    member = await make_saver(shop)
    sold = await sell(shop, await number_of(member), await make_plan(), occurred_at=days_ago(100))
    days = (sold.ends_on - sold.begins_on).days + 1
    assert (await refund(sold)).refunded_fen == 36_500 * (days - 101) // days
    assert (await tiers.standing(member)).level.code == "gold", "today is paid for"
    assert (await rate_on(member, clock.today() + timedelta(days=1))).level_code == "standard"


async def test_what_was_bought_last_goes_back_first(shop: Shop) -> None:
    member, plan = await make_saver(shop), await make_plan()
    first = await sell(shop, await number_of(member), plan, occurred_at=days_ago(30))
    second = await sell(shop, await number_of(member), plan, occurred_at=days_ago(20))
    with pytest.raises(paid_levels.PaidLevelNotLast):
        await refund(first)
    assert (await refund(second)).refunded_fen == 36_500, "no day of it has begun"
    assert (await tiers.standing(member)).valid_until == first.ends_on
    assert (await refund(first)).refunded_fen != 0


async def test_what_is_over_or_nobodys_is_not_refunded(shop: Shop) -> None:
    member = await make_saver(shop)
    over = await sell(shop, await number_of(member), await make_plan(months=1), occurred_at=days_ago(90))
    with pytest.raises(paid_levels.PaidLevelOver):
        await refund(over)
    with pytest.raises(paid_levels.PaidLevelNotFound):
        await paid_levels.refund((await make_operator()).id, uuid4(), "没有")


async def test_staff_sells_in_her_store(shop: Shop) -> None:
    member, plan = await make_saver(shop), await make_plan()
    clerk = await make_staff(store_id=shop.store.id)
    sold = await paid_levels.sell_by_staff(clerk.id, shop.store.id, member, plan.code, plan.price_fen)
    assert (await tiers.standing(member)).level.code == "gold"
    action = await database.fetchval("SELECT action FROM audit_entry WHERE subject_id = $1", str(sold.id))
    assert action == "paid_level.sold"


@keeps(INVARIANTS)
async def test_of_two_who_are_one_no_day_is_lost(shop: Shop) -> None:
    gone, stays, plan = await make_saver(shop), await make_saver(shop), await make_plan(months=2)
    for member in (gone, stays):
        await sell(shop, await number_of(member), plan)
    before = [(sold.ends_on - sold.begins_on).days for sold in await paid_levels.of_member(stays)]
    await merge(gone, stays)
    after = await paid_levels.of_member(stays)
    assert [(sold.ends_on - sold.begins_on).days for sold in after] == before * 2
    assert after[0].begins_on == after[1].ends_on + timedelta(days=1)
    assert (await tiers.standing(stays)).valid_until == after[0].ends_on
    assert (await tiers.standing(gone)).level.code == "standard"


async def test_she_is_told_once_that_it_ends_and_not_when_she_bought_more(shop: Shop) -> None:
    ends, goes_on = await make_saver(shop), await make_saver(shop)
    plan = await make_plan(months=1)
    for member in (ends, goes_on):
        await sell(shop, await number_of(member), plan, occurred_at=days_ago(26))
    await sell(shop, await number_of(goes_on), plan)
    await remind()
    await remind()

    async def told(member: object) -> int:
        count: int = await database.fetchval(
            "SELECT count(*) FROM notification WHERE member_id = $1 AND kind = $2", member, KIND
        )
        return count

    assert (await told(ends), await told(goes_on)) == (1, 0)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("paid_levels.tiers_agree", "DELETE FROM paid_standing"),
        ("paid_levels.tiers_agree", "UPDATE paid_standing SET ends_on = ends_on + 1"),
        ("paid_levels.no_day_is_paid_twice", "UPDATE paid_level SET ends_on = ends_on + 400"),
    ],
)
async def test_each_invariant_notices_what_breaks_it(shop: Shop, name: str, damage: str) -> None:
    member, plan = await make_saver(shop), await make_plan(months=1)
    await sell(shop, await number_of(member), plan)
    await sell(shop, await number_of(member), plan)
    assert await broken_by(damage, BREAKS[name])
