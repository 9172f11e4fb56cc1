"""For jobs: whose cans run out, each once, and only of whom it may be asked."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from foundation import clock
from membership import authorizations, babies, milk
from membership.staff import Role
from tests.makers.babies import make_mother
from tests.makers.members import MadeMember
from tests.makers.milk import bring_back, buy, make_drinker, make_formula
from tests.makers.purchases import Shop, make_shop
from tests.makers.staff import make_staff
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")


def before(baby_id: UUID) -> UUID:
    return UUID(int=baby_id.int - 1)


async def of(mother: MadeMember, *baby_ids: UUID, days: int = 7, limit: int = 1) -> list[milk.RunningOut]:
    """What is found for these babies of hers, each in a batch of its own."""
    on = clock.today() + timedelta(days=days)
    found = []
    for baby_id in baby_ids:
        batch = await milk.running_out(on, before(baby_id), limit)
        found += [each for each in batch.found if each.member_id == mother.id]
    return found


@pytest.fixture
async def shop() -> Shop:
    return await make_shop()


@pytest.fixture
async def mother() -> MadeMember:
    return await make_mother("service", "store_reminders")


async def test_from_the_day_on_which_it_is_near_until_it_is_over(shop: Shop, mother: MadeMember) -> None:
    can = await make_formula()
    baby = await make_drinker(mother.id, can.sku)
    assert await of(mother, baby) == []
    await buy(shop, mother.id, can.sku)
    (found,) = await of(mother, baby)
    assert (found.baby_ids, found.product, found.runs_out.expected) == (
        [baby],
        can,
        clock.today() + timedelta(days=7),
    )
    assert found.label.position == "within"
    assert await of(mother, baby, days=6) == []
    assert "小满" not in repr(found)
    assert str(mother.id) not in repr(found)
    await milk.say_stock(mother.id, baby, full_cans=9, open_percent=0)
    assert await of(mother, baby) == []


async def test_what_is_over_is_not_told_again_and_again(shop: Shop, mother: MadeMember) -> None:
    can = await make_formula()
    baby = await make_drinker(mother.id, can.sku)
    await buy(shop, mother.id, can.sku, days_ago=8)
    assert await of(mother, baby) == []


async def test_the_mark_changes_with_what_came_and_what_she_said(shop: Shop, mother: MadeMember) -> None:
    can = await make_formula()
    baby = await make_drinker(mother.id, can.sku)
    receipt = await buy(shop, mother.id, can.sku, days_ago=2)
    (first,) = await of(mother, baby, days=60)
    (again,) = await of(mother, baby, days=60)
    assert first.mark == again.mark
    await buy(shop, mother.id, can.sku, days_ago=1)
    (second,) = await of(mother, baby, days=60)
    await bring_back(shop, receipt, can.sku)
    (returned,) = await of(mother, baby, days=60)
    assert returned.mark == second.mark
    await milk.say_stock(mother.id, baby, full_cans=2, open_percent=0)
    (said,) = await of(mother, baby, days=60)
    assert len({first.mark, second.mark, said.mark}) == 3


async def test_twins_are_told_once_although_they_lie_in_two_batches(shop: Shop, mother: MadeMember) -> None:
    can = await make_formula()
    twins = [await make_drinker(mother.id, can.sku, nickname=name) for name in ("小满", "小圆")]
    await buy(shop, mother.id, can.sku, pieces=2)
    (found,) = await of(mother, *twins)
    assert sorted(found.baby_ids) == sorted(twins)
    (together,) = await of(mother, min(twins), limit=1000)
    assert together == found


async def test_nobody_who_withdrew_or_put_the_baby_away_is_found(shop: Shop, mother: MadeMember) -> None:
    can = await make_formula()
    baby = await make_drinker(mother.id, can.sku)
    await buy(shop, mother.id, can.sku)
    assert len(await of(mother, baby)) == 1
    await authorizations.withdraw(mother.id, ["store_reminders"])
    assert await of(mother, baby) == []
    assert await milk.milk_of(mother.id, baby) is not None
    other = await make_mother("service", "store_reminders")
    hers = await make_drinker(other.id, can.sku)
    await buy(shop, other.id, can.sku)
    assert len(await of(other, hers)) == 1
    await babies.put_away(other.id, hers)
    assert await of(other, hers) == []


async def test_of_a_breast_fed_baby_nothing(shop: Shop, mother: MadeMember) -> None:
    can = await make_formula()
    baby = await make_drinker(mother.id, can.sku, feeding="breast")
    await buy(shop, mother.id, can.sku)
    assert await of(mother, baby) == []


@pytest.fixture
async def stage_1() -> milk.FormulaProduct:
    return await make_formula(stage=1)


async def test_what_the_law_refuses_to_promote_is_no_reminder(
    shop: Shop, mother: MadeMember, stage_1: milk.FormulaProduct
) -> None:
    assert stage_1.promotion_refused is True
    baby = await make_drinker(mother.id, stage_1.sku)
    await buy(shop, mother.id, stage_1.sku)
    assert await of(mother, baby) == []
    seen = await milk.milk_of(mother.id, baby)
    assert seen is not None, "she herself may look"
    assert seen.runs_out is not None
    by = (await make_staff(Role.OPERATOR)).id
    await milk.refuse_promotion(by, stage_1.id, False, "法务确认")
    assert len(await of(mother, baby)) == 1


async def test_three_statements_however_many(shop: Shop, mother: MadeMember) -> None:
    can, other_can = await make_formula(), await make_formula()
    one = await make_drinker(mother.id, can.sku)
    await make_drinker(mother.id, other_can.sku, nickname="小圆")
    another = await make_mother("service", "store_reminders")
    await make_drinker(another.id, can.sku)
    for buyer in (mother, another):
        await buy(shop, buyer.id, can.sku)
    with statements() as seen:
        await milk.running_out(clock.today() + timedelta(days=7), limit=1000)
    assert len(seen) == 3
    with statements() as seen:
        batch = await milk.running_out(clock.today(), UUID(int=2**128 - 1))
    assert (len(seen), batch) == (1, milk.Batch([], None))
    assert len(await of(mother, one)) == 1


async def every_batch(limit: int) -> list[milk.Batch]:
    batches = [await milk.running_out(clock.today() + timedelta(days=7), limit=limit)]
    while (last := batches[-1].last) is not None:
        batches.append(await milk.running_out(clock.today() + timedelta(days=7), last, limit))
    return batches


def all_of(batches: list[milk.Batch]) -> Iterator[tuple[UUID, UUID]]:
    return ((each.member_id, each.product.id) for batch in batches for each in batch.found)


async def test_batches_of_any_size_find_the_same(shop: Shop, mother: MadeMember) -> None:
    can = await make_formula()
    for name in ("小满", "小圆", "小月"):
        await make_drinker(mother.id, can.sku, nickname=name)
    await buy(shop, mother.id, can.sku, pieces=3)
    expected = sorted(all_of(await every_batch(1000)))
    assert (mother.id, can.id) in expected
    assert len(expected) == len(set(expected))
    assert sorted(all_of(await every_batch(7))) == expected
