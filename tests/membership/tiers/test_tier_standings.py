"""The tiers on the database: promotion, demotion by the clock, returns in any order, merges."""

import random
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation import clock, database
from foundation.invariants import Invariant
from membership import points, tiers
from membership.points import Kind
from membership.tiers import jobs
from membership.tiers.invariants import INVARIANTS
from tests.breakers import broken_by, keeps
from tests.makers import points as ledger
from tests.makers.tiers import changes_of, make_standing, move_all, open_standing, rate_of, record, stored

pytestmark = pytest.mark.usefixtures("world")


async def test_a_new_member_stands_on_everyones_level() -> None:
    member_id = await make_standing()
    standing = await tiers.standing(member_id)
    assert (standing.level.code, standing.level.name, standing.growth) == ("standard", "普通", 0)
    assert (standing.valid_until, standing.forecast) == (None, None)
    assert standing.next_level is not None
    assert standing.next_level.sentence == "再消费 ¥1,000 升级银卡"
    await open_standing(member_id)
    assert await stored(member_id) == ("standard", None)


async def test_a_purchase_promotes_at_once() -> None:
    member_id = await make_standing()
    await record(member_id, 4_680)
    standing = await tiers.standing(member_id)
    assert (standing.level.name, standing.growth) == ("银卡", 4_680)
    assert standing.valid_until == clock.add_months(clock.today(), 12)
    assert standing.next_level is not None
    assert standing.next_level.sentence == "再消费 ¥320 升级金卡"
    await record(member_id, 320)
    assert (await tiers.standing(member_id)).level.name == "金卡"
    assert await changes_of(member_id) == [("standard", "silver", "promotion"), ("silver", "gold", "promotion")]


async def test_the_rates_of_the_levels() -> None:
    member_id = await make_standing()
    assert await rate_of(None) == tiers.Rate("standard", 1, 1)
    assert await rate_of(member_id) == tiers.Rate("standard", 1, 1)
    for yuan, purchases, rate in (
        (1_000, 1, tiers.Rate("silver", 1, 1)),
        (4_000, 1, tiers.Rate("gold", 3, 2)),
        (15_000, 10, tiers.Rate("diamond", 2, 1)),
    ):
        await record(member_id, yuan, purchases=purchases)
        assert await rate_of(member_id) == rate


async def test_diamond_takes_amount_and_number() -> None:
    member_id = await make_standing()
    await record(member_id, 20_000, purchases=11)
    standing = await tiers.standing(member_id)
    assert standing.level.code == "gold"
    assert standing.next_level is not None
    assert standing.next_level.sentence == "再消费 1 次升级钻石"
    await record(member_id, 1)
    standing = await tiers.standing(member_id)
    assert (standing.level.code, standing.next_level) == ("diamond", None)


async def test_the_same_key_counts_once() -> None:
    member_id = await make_standing()
    for _ in range(3):
        await record(member_id, 500, key=f"{member_id}:once")
    assert (await tiers.standing(member_id)).growth == 500


async def test_redeeming_never_demotes() -> None:
    member_id = await make_standing()
    await record(member_id, 5_000)
    await ledger.grant(member_id, 5_000, kind=Kind.PURCHASE, key=ledger.new_key(), expires_on=None)
    before = await tiers.standing(member_id)
    await ledger.redeem(member_id, 5_000)
    assert (await points.summary(member_id)).balance == 0
    assert await tiers.standing(member_id) == before
    await record(member_id, 1)
    assert (await tiers.standing(member_id)).level.code == "gold"


async def test_a_promotion_that_rested_on_goods_since_returned_is_withdrawn_at_once() -> None:
    member_id, bought_on = await make_standing(), clock.today() - timedelta(days=30)
    await record(member_id, 800, on=bought_on)
    await record(member_id, 300, on=bought_on + timedelta(days=5))
    assert (await stored(member_id))[0] == "silver"
    await record(member_id, -300, on=bought_on + timedelta(days=5), purchases=-1)
    assert await stored(member_id) == ("standard", None)
    assert (await changes_of(member_id))[-1] == ("silver", "standard", "withdrawal")


async def test_a_return_that_the_level_does_not_rest_on_changes_nothing() -> None:
    member_id, bought_on = await make_standing(), clock.today() - timedelta(days=30)
    await record(member_id, 1_200, on=bought_on)
    before = await stored(member_id)
    await record(member_id, 600)
    await record(member_id, -600, purchases=-1)
    assert await stored(member_id) == before


async def test_a_sale_that_arrives_late_counts_for_its_day() -> None:
    member_id = await make_standing()
    day = clock.today() - timedelta(days=60)
    await record(member_id, 1_000, on=day)
    assert await stored(member_id) == ("silver", clock.add_months(day, 12))


async def test_a_level_reached_long_ago_is_over() -> None:
    member_id = await make_standing()
    await record(member_id, 9_000, on=clock.today() - timedelta(days=800))
    assert await stored(member_id) == ("standard", None)
    assert (await tiers.standing(member_id)).growth == 9_000


async def test_a_sale_dated_tomorrow_counts_today() -> None:
    member_id = await make_standing()
    await record(member_id, 1_000, on=clock.today() + timedelta(days=1))
    assert await stored(member_id) == ("silver", clock.add_months(clock.today(), 12))


@pytest.fixture
async def ended() -> UUID:
    """A gold member whose validity is over, as she was stored on its last day: the clock has not come by yet."""
    member_id, bought_on = await make_standing(), clock.today() - timedelta(days=400)
    await record(member_id, 5_000, on=bought_on)
    await record(member_id, 1_500, on=bought_on + timedelta(days=1))
    await database.execute(
        "UPDATE tier_standing SET level_id = 'gold', level_after_id = 'silver', valid_until = $2 WHERE member_id = $1",
        member_id,
        clock.add_months(bought_on, 12),
    )
    await database.execute(
        "INSERT INTO tier_change (member_id, from_level_id, to_level_id, reason)"
        " VALUES ($1, 'silver', 'gold', 'promotion')",
        member_id,
    )
    return member_id


async def test_the_end_of_a_validity_is_seen_before_the_clock_comes_by(ended: UUID) -> None:
    assert (await tiers.standing(ended)).level.code == "silver"
    assert (await rate_of(ended)).level_code == "silver"
    assert (await stored(ended))[0] == "silver"


@keeps(INVARIANTS)
async def test_the_clock_demotes_and_running_it_twice_changes_nothing(ended: UUID) -> None:
    shown = await tiers.standing(ended)
    assert await jobs.assess_ended() >= 1
    assert await tiers.standing(ended) == shown
    assert (await changes_of(ended))[-1] == ("gold", "silver", "demotion")
    assert await jobs.assess_ended() == 0


async def test_a_merge_adds_up_what_both_bought() -> None:
    gone, stays = await make_standing(), await make_standing()
    await record(gone, 700)
    await record(stays, 600)
    await move_all(gone, stays)
    assert (await stored(stays))[0] == "silver"
    assert (await tiers.standing(stays)).growth == 1_300
    assert (await tiers.standing(gone)).growth == 0
    assert (await changes_of(stays))[-1] == ("standard", "silver", "merge")
    await move_all(gone, stays)
    assert (await tiers.standing(stays)).growth == 1_300


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """(days ago, yuan, purchases) of purchases and of what was returned of some, dated as their purchase."""
    bought = draw(
        st.lists(st.tuples(st.integers(0, 900), st.sampled_from([300, 700, 1_000, 4_000, 5_000])), max_size=6)
    )
    story = []
    for days_ago, yuan in bought:
        story.append((days_ago, yuan, 1))
        returned = draw(st.sampled_from([0, 0, yuan // 2, yuan]))
        if returned:
            story.append((days_ago, -returned, -1 if returned == yuan else 0))
    return story


@settings(max_examples=25, deadline=None, derandomize=True)
@given(stories())
@keeps(INVARIANTS)
async def test_the_level_depends_on_what_happened_and_not_on_the_order(story: list[tuple[int, int, int]]) -> None:
    today = clock.today()
    orders = [story, story[::-1], *(random.Random(seed).sample(story, len(story)) for seed in range(2))]
    ends = set()
    for order in orders:
        member_id = await make_standing()
        for days_ago, yuan, purchases in order:
            await record(member_id, yuan, on=today - timedelta(days=days_ago), purchases=purchases)
        ends.add((await stored(member_id), (await tiers.standing(member_id)).growth))
    assert len(ends) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE growth_entry SET growth = growth + 1 WHERE member_id = $1",
        "UPDATE growth_entry SET occurred_on = occurred_on - 1 WHERE member_id = $1",
        "DELETE FROM growth_entry WHERE member_id = $1",
        "UPDATE tier_change SET reason = 'merge' WHERE member_id = $1",
    ],
)
async def test_the_database_refuses_to_change_the_past(statement: str) -> None:
    member_id = await make_standing()
    await record(member_id, 1_000)
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(statement, member_id)


@pytest.mark.parametrize("invariant", INVARIANTS, ids=lambda invariant: invariant.name)
async def test_each_invariant_notices_what_breaks_it(invariant: Invariant) -> None:
    member_id = await make_standing()
    await record(member_id, 1_000)
    damage = "UPDATE tier_standing SET growth = 1, level_id = 'gold', valid_until = NULL WHERE member_id = $1"
    assert await broken_by(damage, invariant, member_id)
