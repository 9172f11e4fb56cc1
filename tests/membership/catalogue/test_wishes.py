"""Wishes and what she can afford: a hundred at most, told once, and nobody is looked at without a reason."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from foundation import clock, database, job_worker
from foundation.pages import PageQuery
from foundation.transactions import transactional
from membership import catalogue, notifications, points, tiers
from membership.catalogue import LevelPrice, OfferQuery, Suitability, narrowing, watching
from membership.catalogue.offers import hint
from membership.catalogue.wishes import TOLD
from membership.points import Kind
from membership.staff import Role
from tests.makers.catalogue import make_product, move_all
from tests.makers.mall import give_points
from tests.makers.staff import make_staff
from tests.makers.tiers import make_standing, record
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")

EVERYBODY = Suitability()


async def told(member_id: UUID) -> list[str]:
    """What she was told about wishes, the newest first."""
    inbox = await notifications.inbox(member_id, PageQuery(limit=100))
    return [item.body for item in inbox.items if item.kind == TOLD]


async def the_minute_passes() -> None:
    """The clock comes by when all lines of the ledger are old enough, and the workers do what follows."""
    original, watching.SETTLED_SECONDS = watching.SETTLED_SECONDS, 0
    try:
        await watching.look_at_earners()
    finally:
        watching.SETTLED_SECONDS = original
    await job_worker.drain(database.pool())


async def wished(member_id: UUID) -> list[UUID]:
    return [offer.product.id for offer in (await catalogue.wishes(member_id, PageQuery(limit=100))).items]


async def test_she_sees_what_she_can_afford_and_how_far_the_rest_is() -> None:
    member, by = await make_standing(), (await make_staff(Role.OPERATOR)).id
    await give_points(member, 100)
    dear, cheap = await make_product(points=420), await make_product(points=100)
    for_gold = await make_product(points=200)
    await catalogue.set_prices(by, for_gold, [LevelPrice("gold", 90)])
    offer = await catalogue.offer(member, dear)
    assert (offer.points, offer.missing_points, offer.wished) == (420, 320, False)
    assert offer.hint == "再攒320积分，约2罐奶粉就够"
    assert (await catalogue.offer(member, cheap)).hint is None
    assert (await catalogue.offer(member, for_gold)).missing_points == 100
    await record(member, 5_999, purchases=12)
    assert (await tiers.standing(member)).level.code == "gold"
    offer = await catalogue.offer(member, for_gold)
    assert (offer.points, offer.missing_points, offer.product.points) == (90, 0, 200)


def test_cans_are_rounded_up() -> None:
    assert [hint(missing, 300) for missing in (0, 1, 300, 301)] == [
        None,
        "再攒1积分，约1罐奶粉就够",
        "再攒300积分，约1罐奶粉就够",
        "再攒301积分，约2罐奶粉就够",
    ]


async def test_the_list_leaves_out_what_she_cannot_afford_in_four_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    member, by = await make_standing(), (await make_staff(Role.OPERATOR)).id
    await give_points(member, 100)
    category = (await catalogue.make_category(by, "测试")).id
    made = [await make_product(points=price, category_id=category) for price in (50, 100, 101, 200)]
    await catalogue.set_prices(by, made[3], [LevelPrice("standard", 60)])
    await tiers.standing(member)  # the levels are remembered
    with statements() as seen:
        page = await catalogue.offers(member, OfferQuery(category=category, affordable=True, limit=2), EVERYBODY)
    assert len(seen) == 4, seen
    assert [offer.product.id for offer in page.items] == made[:2]
    query = OfferQuery(category=category, affordable=True, limit=2, cursor=page.next_cursor)
    rest = await catalogue.offers(member, query, EVERYBODY)
    assert [(offer.product.id, offer.points) for offer in rest.items] == [(made[3], 60)]
    monkeypatch.setattr(narrowing, "FEW", 0)  # as if there were too many to look them up
    query = OfferQuery(category=category, affordable=True)
    walked = await catalogue.offers(member, query, EVERYBODY)
    assert [offer.product.id for offer in walked.items] == [made[0], made[1], made[3]]
    everything = await catalogue.offers(member, OfferQuery(category=category), EVERYBODY)
    assert [offer.missing_points for offer in everything.items] == [0, 0, 1, 0]


async def test_wishing_is_idempotent_and_her_own() -> None:
    member, stranger = await make_standing(), await make_standing()
    first, second, hidden = await make_product(), await make_product(), await make_product()
    for product in (first, second, first, hidden):
        await catalogue.wish(member, product)
    await catalogue.set_on_sale(hidden, False)
    assert await wished(member) == [second, first]
    assert await wished(stranger) == []
    assert (await catalogue.offer(member, first)).wished
    assert not (await catalogue.offer(stranger, first)).wished
    page = await catalogue.wishes(member, PageQuery(limit=1))
    rest = await catalogue.wishes(member, PageQuery(limit=1, cursor=page.next_cursor))
    assert ([offer.product.id for offer in rest.items], rest.next_cursor) == ([first], None)
    await catalogue.unwish(member, second)
    await catalogue.unwish(member, second)
    assert await wished(member) == [first]
    with pytest.raises(catalogue.ProductNotFound):
        await catalogue.wish(member, hidden)


async def test_a_list_holds_a_hundred_however_many_come_at_once() -> None:
    member = await make_standing()
    products = [await make_product() for _ in range(6)]
    others = [await make_product() for _ in range(97)]
    for product in others:
        await catalogue.wish(member, product)
    results = await asyncio.gather(*(catalogue.wish(member, each) for each in products), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NoneType"] * 3 + ["WishListFull"] * 3
    assert await database.fetchval("SELECT count(*) FROM wish WHERE member_id = $1", member) == 100
    await catalogue.wish(member, others[0])  # already there: not one more


async def test_she_is_told_once_when_her_points_reach() -> None:
    member, product = await make_standing(), await make_product(points=100, name="温奶器")
    await catalogue.wish(member, product)
    await give_points(member, 99)
    await the_minute_passes()
    assert await told(member) == []
    await give_points(member, 1)
    await the_minute_passes()
    (message,) = await told(member)
    assert "温奶器" in message
    await give_points(member, 50)
    await the_minute_passes()
    assert len(await told(member)) == 1


async def test_points_of_later_are_looked_at_later() -> None:
    member, product = await make_standing(), await make_product(points=100)
    await catalogue.wish(member, product)

    @transactional
    async def give_later() -> None:
        later = clock.now() + timedelta(days=7)
        await points.grant(
            member, 100, kind=Kind.PURCHASE, key=f"later:{member}", expires_on=None, spendable_from=later
        )

    await give_later()
    await the_minute_passes()
    assert await told(member) == []
    payload = f'%"{member}"%'
    waiting = "SELECT execute_after - now() FROM pgqueuer WHERE convert_from(payload, 'UTF8') LIKE $1"
    delay = await database.fetchval(waiting, payload)
    assert timedelta(days=6, hours=23) < delay <= timedelta(days=7)
    await database.execute("UPDATE points_lot SET spendable_from = now() WHERE member_id = $1", member)
    await database.execute(
        "UPDATE pgqueuer SET execute_after = now() WHERE convert_from(payload, 'UTF8') LIKE $1", payload
    )
    await job_worker.drain(database.pool())
    assert len(await told(member)) == 1


async def test_a_lower_price_and_new_stock_tell_her_too() -> None:
    by = (await make_staff(Role.OPERATOR)).id
    member, dear, sold_out = await make_standing(), await make_product(points=500), await make_product(stock=0)
    await give_points(member, 100)
    await catalogue.wish(member, dear)
    await catalogue.wish(member, sold_out)
    await the_minute_passes()
    assert await told(member) == []
    await catalogue.restock(sold_out, 1)
    await job_worker.drain(database.pool())
    assert len(await told(member)) == 1
    await catalogue.change_product(by, dear, points=100)
    await job_worker.drain(database.pool())
    assert len(await told(member)) == 2


async def test_who_has_no_open_wish_is_not_looked_at() -> None:
    await the_minute_passes()
    for _ in range(3):
        await give_points(await make_standing(), 10)
    wisher = await make_standing()
    await catalogue.wish(wisher, await make_product(points=1_000))
    await give_points(wisher, 10)
    watching.SETTLED_SECONDS, original = 0, watching.SETTLED_SECONDS
    try:
        assert await watching.look_at_earners() == 1
        assert await watching.look_at_earners() == 0
    finally:
        watching.SETTLED_SECONDS = original


async def test_a_line_that_is_too_young_waits() -> None:
    await the_minute_passes()
    member = await make_standing()
    await catalogue.wish(member, await make_product(points=10))
    await give_points(member, 10)
    assert await watching.look_at_earners() == 0
    await the_minute_passes()
    assert len(await told(member)) == 1


async def test_wishes_and_limits_follow_a_merge() -> None:
    gone, stays = await make_standing(), await make_standing()
    both, hers = await make_product(), await make_product()
    for member, product in ((gone, both), (gone, hers), (stays, both)):
        await catalogue.wish(member, product)
    for member in (gone, stays):
        await database.execute(
            "INSERT INTO product_quota (member_id, product_id, period, taken) VALUES ($1, $2, 'ever', 2)", member, both
        )
    assert await move_all(gone, stays) == 1
    assert set(await wished(stays)) == {both, hers}
    assert await wished(gone) == []
    rows = await database.fetch("SELECT member_id, taken FROM product_quota WHERE product_id = $1", both)
    assert [tuple(row) for row in rows] == [(stays, 4)]
