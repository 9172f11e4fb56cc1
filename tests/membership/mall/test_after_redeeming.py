"""What follows a redemption: cancelling, handing over, finding it at the counter, merging two members."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from foundation import clock, database
from foundation.transactions import transactional
from membership import catalogue, mall, members, points
from membership.points import Kind
from membership.staff import Role
from tests.makers.catalogue import make_product
from tests.makers.mall import make_saver
from tests.makers.staff import make_staff
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")

grant = transactional(points.grant)


async def test_cancelling_returns_stock_and_points_to_their_lots() -> None:
    product, store, member = await make_product(points=100, stock=5), await make_store(), await make_saver(150)
    soon = clock.today() + timedelta(days=10)
    await grant(member, 250, kind=Kind.PURCHASE, key=str(uuid4()), expires_on=soon)
    before = await points.summary(member)
    redemption = await mall.redeem(member, product, 3, store.code)
    assert (await points.summary(member)).expiring == []
    cancelled = await mall.cancel(member, redemption.id)
    assert cancelled.status is mall.Status.CANCELLED
    assert cancelled.cancelled_at is not None
    assert await points.summary(member) == before
    assert before.expiring == [points.ExpiringLot(250, soon)]
    assert (await catalogue.product(product)).stock == 5


async def test_cancelling_again_gives_the_same_answer_and_moves_nothing() -> None:
    product, store, member = await make_product(points=100, stock=5), await make_store(), await make_saver(100)
    redemption = await mall.redeem(member, product, 1, store.code)
    first = await mall.cancel(member, redemption.id)
    assert await mall.cancel(member, redemption.id) == first
    assert (await points.summary(member)).balance == 100
    assert (await catalogue.product(product)).stock == 5


async def test_a_strangers_redemption_is_not_there() -> None:
    product, store, member = await make_product(), await make_store(), await make_saver(100)
    redemption = await mall.redeem(member, product, 1, store.code)
    stranger = await make_saver(0)
    with pytest.raises(mall.RedemptionNotFound):
        await mall.redemption(stranger, redemption.id)
    with pytest.raises(mall.RedemptionNotFound):
        await mall.cancel(stranger, redemption.id)
    assert (await mall.redemption(member, redemption.id)).status is mall.Status.RESERVED


async def make_clerk(store_id: UUID) -> UUID:
    return (await make_staff(Role.CLERK, store_id=store_id)).id


async def test_the_clerk_of_the_store_hands_over_once() -> None:
    product, store, member = await make_product(), await make_store(), await make_saver(100)
    clerk = await make_clerk(store.id)
    redemption = await mall.redeem(member, product, 1, store.code)
    handed = await mall.hand_over(clerk, store.id, redemption.id)
    assert handed.status is mall.Status.HANDED_OVER
    assert handed.handed_over_at is not None
    assert handed.member_name == "会员"
    assert await database.fetchval("SELECT handed_over_by_id FROM redemption WHERE id = $1", redemption.id) == clerk
    with pytest.raises(mall.AlreadyHandedOver):
        await mall.hand_over(clerk, store.id, redemption.id)
    with pytest.raises(mall.AlreadyHandedOver):
        await mall.cancel(member, redemption.id)
    assert (await points.summary(member)).balance == 0


async def test_what_is_not_of_this_store_or_not_reserved_is_not_handed_over() -> None:
    product, store, member = await make_product(), await make_store(), await make_saver(200)
    clerk, elsewhere = await make_clerk(store.id), await make_store()
    redemption = await mall.redeem(member, product, 1, store.code)
    with pytest.raises(mall.RedemptionNotFound):
        await mall.hand_over(clerk, elsewhere.id, redemption.id)
    with pytest.raises(mall.RedemptionNotFound):
        await mall.hand_over(clerk, store.id, uuid4())
    wrong = "00000000" if redemption.pickup_code != "00000000" else "00000001"
    with pytest.raises(mall.PickupCodeWrong):
        await mall.hand_over(clerk, store.id, redemption.id, wrong)
    await mall.cancel(member, redemption.id)
    with pytest.raises(mall.AlreadyCancelled):
        await mall.hand_over(clerk, store.id, redemption.id, redemption.pickup_code)
    another = await mall.redeem(member, product, 1, store.code)
    handed = await mall.hand_over(clerk, store.id, another.id, another.pickup_code)
    assert handed.status is mall.Status.HANDED_OVER


async def test_the_counter_finds_by_code_in_its_own_store_only() -> None:
    product, store, member = await make_product(), await make_store(), await make_saver(100)
    elsewhere = await make_store()
    redemption = await mall.redeem(member, product, 1, store.code)
    (found,) = await mall.at_counter(store.id, redemption.pickup_code)
    assert (found.id, found.status, found.quantity) == (redemption.id, mall.Status.RESERVED, 1)
    assert await mall.at_counter(elsewhere.id, redemption.pickup_code) == []


@transactional
async def merge(old: UUID, new: UUID) -> int:
    await points.move_all(old, new, f"test:{old}")
    return await mall.move_all(old, new)


async def test_redemptions_follow_a_merged_member_and_can_still_be_cancelled() -> None:
    product, store = await make_product(points=60), await make_store()
    old, new = await make_saver(100), await make_saver(1)
    redemption = await mall.redeem(old, product, 1, store.code)
    assert await merge(old, new) == 1
    await mall.cancel(new, redemption.id)
    assert (await points.summary(new)).balance == 101
    assert await members.get(new) is not None
