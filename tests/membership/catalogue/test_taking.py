"""Taking: the price of her level, dates, limits and the stock of the place, in one round trip; and putting back."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from foundation import clock, database
from membership import catalogue
from membership.catalogue import Fulfilment, LevelPrice
from membership.staff import Role
from tests.makers.catalogue import make_product, put_back, take
from tests.makers.mall import make_saver
from tests.makers.staff import make_staff
from tests.makers.stores import make_store
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")

SILVER, GOLD, DIAMOND = 1, 2, 3


async def stock_of(product_id: UUID) -> dict[str | None, int]:
    return {place.store_code: place.stock for place in await catalogue.stock_of(product_id)}


async def change(product_id: UUID, **changes: Any) -> None:
    operator = await make_staff(Role.OPERATOR)
    await catalogue.change_product(operator.id, product_id, **changes)


async def test_everybody_pays_the_price_and_it_is_one_round_trip() -> None:
    product, member = await make_product(points=30, stock=5, money_fen=990), await make_saver(0)
    with statements() as seen:
        taken = await take(product, member, 2)
    assert (taken.points, taken.money_fen, taken.quantity, taken.stock_store_id) == (60, 1980, 2, None)
    assert len(seen) == 3, seen  # BEGIN, the one, COMMIT
    assert await stock_of(product) == {None: 3}


async def test_a_level_pays_its_price_and_one_without_pays_that_of_the_level_below() -> None:
    product, member = await make_product(points=100, money_fen=500), await make_saver(0)
    operator = await make_staff(Role.OPERATOR)
    await catalogue.set_prices(operator.id, product, [LevelPrice("silver", 90, 500), LevelPrice("diamond", 50, 0)])
    paid = [(await take(product, member, rank=rank)) for rank in (0, SILVER, GOLD, DIAMOND)]
    assert [(each.points, each.money_fen) for each in paid] == [(100, 500), (90, 500), (90, 500), (50, 0)]


async def test_announced_early_and_over() -> None:
    now, member = clock.now(), await make_saver(0)
    later = await make_product(on_sale_from=now + timedelta(hours=30), early_rank=GOLD, early_hours=24)
    with pytest.raises(catalogue.NotYetOnSale):
        await take(later, member, rank=DIAMOND)
    soon = await make_product(on_sale_from=now + timedelta(hours=3), early_rank=GOLD, early_hours=24)
    with pytest.raises(catalogue.LevelTooLow) as refused:
        await take(soon, member, rank=SILVER)
    assert "金卡及以上" in refused.value.message
    assert (await take(soon, member, rank=GOLD)).points == 100
    over = await make_product(on_sale_until=now - timedelta(seconds=1))
    with pytest.raises(catalogue.ProductNotFound):
        await take(over, member)
    begun = await make_product(on_sale_from=now - timedelta(hours=1), on_sale_until=now + timedelta(hours=1))
    assert (await take(begun, member)).quantity == 1


@pytest.mark.parametrize(
    ("terms", "offered"),
    [
        ({}, {Fulfilment.PICKUP}),
        ({"delivery": True}, {Fulfilment.PICKUP, Fulfilment.DELIVERY}),
        ({"pickup": False, "delivery": True}, {Fulfilment.DELIVERY}),
        ({"kind": "virtual", "pickup": False}, {Fulfilment.VIRTUAL}),
        ({"kind": "coupon", "pickup": False, "coupon_template": uuid4()}, {Fulfilment.COUPON}),
    ],
)
async def test_it_is_had_in_the_ways_it_is_offered(terms: Any, offered: set[Fulfilment]) -> None:
    product, member = await make_product(**terms), await make_saver(0)
    for way in Fulfilment:
        if way in offered:
            taken = await take(product, member, fulfilment=way)
            assert (taken.fulfilment, taken.coupon_template) == (way, terms.get("coupon_template"))
        else:
            with pytest.raises(catalogue.FulfilmentNotOffered):
                await take(product, member, fulfilment=way)


@pytest.mark.parametrize(
    ("limits", "quantities", "words"),
    [
        ({"most_per_order": 2}, [2, 2, 3], "每单限兑2件"),
        ({"most_per_day": 3}, [2, 1, 1], "每天限兑3件"),
        ({"most_per_day": 3}, [4], "每天限兑3件"),
        ({"most_ever": 2}, [1, 1, 1], "每人限兑2件"),
        ({"most_ever": 3, "most_per_day": 2}, [2, 1], "每天限兑2件"),
        ({"most_ever": 2, "most_per_day": 3}, [2, 1], "每人限兑2件"),
    ],
)
async def test_limits_per_order_day_and_ever(limits: Any, quantities: list[int], words: str) -> None:
    product, member = await make_product(stock=50, **limits), await make_saver(0)
    for quantity in quantities[:-1]:
        await take(product, member, quantity)
    with pytest.raises(catalogue.LimitReached) as refused:
        await take(product, member, quantities[-1])
    assert words in refused.value.message
    assert await stock_of(product) == {None: 50 - sum(quantities[:-1])}
    assert (await take(product, await make_saver(0))).quantity == 1  # another member has limits of her own


async def test_sold_out_is_not_called_a_limit() -> None:
    product, member = await make_product(stock=1, most_ever=2), await make_saver(0)
    with pytest.raises(catalogue.SoldOut):
        await take(product, member, 2)
    assert (await take(product, member)).quantity == 1


async def test_yesterday_does_not_count_today() -> None:
    product, member = await make_product(most_per_day=1), await make_saver(0)
    await take(product, member)
    await database.execute(
        "UPDATE product_quota SET period = '2020-01-01' WHERE member_id = $1 AND period <> 'ever'", member
    )
    assert (await take(product, member)).quantity == 1
    with pytest.raises(catalogue.LimitReached):
        await take(product, member)


async def test_putting_back_frees_stock_and_limits() -> None:
    product, member = await make_product(stock=2, most_ever=2, most_per_day=2), await make_saver(0)
    await take(product, member, 2)
    await put_back(product, 2, member_id=member, stock_store_id=None, taken_at=clock.now())
    assert await stock_of(product) == {None: 2}
    await take(product, member, 2)
    with pytest.raises(catalogue.LimitReached):
        await take(product, member)


async def test_what_was_taken_before_there_was_a_limit_does_not_free_one() -> None:
    product, member = await make_product(stock=9), await make_saver(0)
    await take(product, member)
    before = clock.now()
    await change(product, most_ever=1)
    await take(product, member)
    await put_back(product, 1, member_id=member, stock_store_id=None, taken_at=before)
    with pytest.raises(catalogue.LimitReached):
        await take(product, member)


async def test_a_stores_own_stock_is_taken_there_and_nowhere_else() -> None:
    product, member = await make_product(stock=5, stock_per_store=True, delivery=True), await make_saver(0)
    here, there = await make_store(), await make_store()
    await catalogue.restock(product, 1, store_id=here.id)
    taken = await take(product, member, store_id=here.id)
    assert taken.stock_store_id == here.id
    for store_id in (here.id, there.id, None):
        with pytest.raises(catalogue.SoldOut):
            await take(product, member, store_id=store_id)
    assert (await take(product, member, fulfilment=Fulfilment.DELIVERY)).stock_store_id is None
    assert await stock_of(product) == {None: 4, here.code: 0}
    # It returns to where it came from, though the product has a central stock only by then.
    await change(product, stock_per_store=False)
    await put_back(product, 1, member_id=member, stock_store_id=here.id, taken_at=clock.now())
    assert await stock_of(product) == {None: 4, here.code: 1}


async def test_a_level_that_is_not_known_is_asked_for_where_it_matters() -> None:
    member, operator = await make_saver(0), await make_staff(Role.OPERATOR)
    plain, priced = await make_product(), await make_product()
    await catalogue.set_prices(operator.id, priced, [LevelPrice("gold", 1)])
    early = await make_product(on_sale_from=clock.now() + timedelta(hours=1), early_rank=GOLD, early_hours=2)
    assert (await take(plain, member, rank=None)).points == 100
    for product in (priced, early):
        with pytest.raises(catalogue.LevelMatters):
            await take(product, member, rank=None)
        assert await stock_of(product) == {None: 10}
