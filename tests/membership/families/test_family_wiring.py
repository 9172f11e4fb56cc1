"""The whole way: a relative's purchase, tasks and redemption, as the features that know of families do them."""

from uuid import UUID, uuid4

import pytest

from foundation import database
from foundation.transactions import transactional
from membership import catalogue, earning, families, mall, points, purchases, referrals
from membership.points import NotEnoughPoints
from tests.makers.earning import earn, in_force
from tests.makers.families import allow, join, make_family, owe
from tests.makers.members import make_known_member, make_member
from tests.makers.points import account_of
from tests.makers.purchases import line, make_return, make_sale, make_shop, settle_all
from tests.makers.referrals import Programme, code_of
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")


async def test_a_purchase_earns_for_the_family_and_its_growth_for_him() -> None:
    head, relative, shop = await make_member(), await make_known_member(), await make_shop()
    await join(head.id, relative.id)
    before = await account_of(relative.id)
    sale = make_sale(shop, card=relative.number, lines=[line(30_000)])
    await purchases.accept_sale(shop.partner_id, sale)
    await settle_all()
    assert (await account_of(head.id), await account_of(relative.id)) == ((300, 0), before)
    growth = "SELECT growth FROM tier_standing WHERE member_id = $1"
    assert (await database.fetchval(growth, relative.id), await database.fetchval(growth, head.id)) == (300, 0)
    await families.leave(relative.id)
    await purchases.accept_return(shop.partner_id, make_return(shop, sale.receipt, lines=[line(10_000)]))
    await settle_all()
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 0), (before[0] + 200, 0))


async def test_a_redemption_is_paid_by_the_account_that_gets_it_back() -> None:
    head, (relative,) = await make_family()
    store = await make_store()
    product = await catalogue.make_product(f"测试商品{uuid4().hex[:8]}", "测试用", points=60, stock=5)
    await give(head.id, 100)
    with pytest.raises(families.SpendingNotAllowed):
        await mall.redeem(relative.id, product, 1, store.code)
    await allow(head.id, relative.id)
    order = await mall.redeem(relative.id, product, 1, store.code)
    with pytest.raises(NotEnoughPoints):
        await mall.redeem(relative.id, product, 1, store.code)
    assert (await account_of(head.id), await account_of(relative.id)) == ((40, 0), (0, 0))
    await families.leave(relative.id)
    await mall.cancel(relative.id, order.id)
    assert (await account_of(head.id), await account_of(relative.id)) == ((100, 0), (0, 0))


async def test_what_rules_pay_a_relative_is_the_familys_and_its_caps_are_his() -> None:
    head, (one, two) = await make_family(2)
    async with in_force(earning.Attendance, {"points": 10}, total_cap=15):
        paid = [
            (await earn(earning.Attendance, member.id, earning.Attendance.Occurrence(60), key=uuid4().hex)).points
            for member in (one, one, two)
        ]
    assert paid == [10, 5, 10]
    assert [await account_of(member.id) for member in (head, one, two)] == [(25, 0), (0, 0), (0, 0)]
    assert (await families.leave(one.id)).points == 15


async def test_a_purchase_of_one_who_owes_repays_it_and_comes_back_from_him() -> None:
    head, relative, shop = await make_member(), await make_known_member(), await make_shop()
    before, _ = await account_of(relative.id)
    await owe(relative.id, before + 30)
    await join(head.id, relative.id)
    assert await account_of(relative.id) == (0, 30)
    sale, other = (make_sale(shop, card=relative.number, lines=[line(20_000)]) for _ in range(2))
    for each in (sale, other):
        await purchases.accept_sale(shop.partner_id, each)
        await settle_all()
    assert (await account_of(head.id), await account_of(relative.id)) == ((200, 0), (170, 0))
    for each in (sale, other):
        await purchases.accept_return(shop.partner_id, make_return(shop, each.receipt, lines=[line(20_000)]))
    await settle_all()
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 0), (0, 30))


async def test_nobody_brings_her_own_family_whoever_owes() -> None:
    head, relative = await make_member(), await make_member()
    await owe(relative.id, 30)
    await join(head.id, relative.id)
    async with Programme():
        for friend, referrer in ((relative, head), (head, relative)):
            with pytest.raises(referrals.OwnReferralCode):
                await referrals.enter(friend.id, await code_of(referrer))


@transactional
async def give(member_id: UUID, amount: int) -> None:
    await points.grant(member_id, amount, kind=points.Kind.PURCHASE, key=uuid4().hex, expires_on=None)
