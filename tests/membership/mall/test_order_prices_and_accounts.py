"""What an order costs at her level, whose points pay for it, and into whose account they return."""

from uuid import UUID

import pytest

from foundation import database, idempotency
from foundation.idempotency import Claim, IdempotencyKey
from foundation.transactions import transactional
from membership import catalogue, families, mall, points
from membership.catalogue import LevelPrice
from membership.points import Kind
from tests.makers.families import allow, earn, make_family
from tests.makers.mall import give_points
from tests.makers.members import make_member
from tests.makers.orders import make_offer, make_operator, stock_of
from tests.makers.points import entries_of
from tests.makers.stores import make_store
from tests.makers.tiers import record
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")


async def test_a_level_pays_its_own_price_at_two_more_round_trips() -> None:
    product, store, member = await make_offer(), await make_store(), await make_member()
    await catalogue.set_prices(await make_operator(), product, [LevelPrice("gold", 60, 0)])
    await give_points(member.id, 1_000)
    assert (await mall.redeem(member.id, product, 1, store.code)).points == 100
    await record(member.id, 6_000)
    with statements() as seen, idempotency.claiming(Claim(member.id, IdempotencyKey("k"), b"f")):
        order = await mall.redeem(member.id, product, 2, store.code)
    assert order.points == 120
    assert len(seen) == 10, seen
    assert (await points.summary(member.id)).balance == 780


async def test_a_relative_who_may_spends_the_familys_points_and_they_return_there() -> None:
    head, (relative,) = await make_family()
    await earn(head.id, 500)
    product, store = await make_offer(), await make_store()
    with pytest.raises(families.SpendingNotAllowed):
        await mall.redeem(relative.id, product, 1, store.code)
    await allow(head.id, relative.id, 150)
    order = await mall.redeem(relative.id, product, 1, store.code)
    assert (await points.summary(head.id)).balance == 400
    with pytest.raises(families.MonthlyLimitReached):
        await mall.redeem(relative.id, product, 1, store.code)
    with pytest.raises(mall.RedemptionNotFound):  # the order is his, the points are hers
        await mall.cancel(head.id, order.id)
    await mall.cancel(relative.id, order.id)
    assert (await points.summary(head.id)).balance == 500
    assert (await points.summary(relative.id)).balance == 0
    assert (await entries_of(head.id))[-1] == (Kind.REDEMPTION_CANCELLED, 100)
    by = await database.fetch("SELECT by_member_id, note FROM points_entry WHERE key = $1 ORDER BY id", str(order.id))
    assert [row["by_member_id"] for row in by] == [relative.id] * 2
    assert len({row["note"] for row in by}) == 1


async def test_what_he_has_of_his_own_pays_first() -> None:
    head, (relative,) = await make_family()
    await earn(head.id, 500)
    await allow(head.id, relative.id)
    await give_points(relative.id, 100)
    product, store = await make_offer(), await make_store()
    await mall.redeem(relative.id, product, 1, store.code)
    assert (await points.summary(relative.id)).balance == 0
    await mall.redeem(relative.id, product, 1, store.code)
    assert (await points.summary(head.id)).balance == 400


@transactional
async def place(member_id: UUID, product_id: UUID, store_code: str) -> mall.RedemptionView:
    """As a sale with a price of its own does it: withheld pieces, which the shelf's limits do not count."""
    await catalogue.withhold(product_id, 1)
    piece = catalogue.Taken(
        product_id=product_id,
        name="限时兑换",
        fulfilment=catalogue.Fulfilment.PICKUP,
        quantity=1,
        points=10,
        money_fen=0,
        coupon_template=None,
        stock_store_id=None,
    )
    view = await mall.place(member_id, piece, store_code)
    await catalogue.release_withheld(product_id, 1, unsold=0)
    return view


async def test_what_was_never_counted_does_not_make_room_under_a_limit() -> None:
    product, store, member = await make_offer(most_ever=1), await make_store(), await make_member()
    await give_points(member.id, 1_000)
    await mall.redeem(member.id, product, 1, store.code)
    placed = await place(member.id, product, store.code)
    assert placed.points == 10
    await mall.cancel(member.id, placed.id)
    with pytest.raises(catalogue.LimitReached):
        await mall.redeem(member.id, product, 1, store.code)
    assert (await points.summary(member.id)).balance == 900
    assert await stock_of(product) == 9
