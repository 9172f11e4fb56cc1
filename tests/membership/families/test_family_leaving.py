"""Leaving settles: what he earned and nobody spent goes with him; what comes back later finds who used it."""

from datetime import date
from uuid import UUID, uuid4

import pytest

import membership.families.invariants
import membership.points.invariants
from foundation import clock, database
from foundation.transactions import transactional
from membership import families, points
from membership.points import Kind, Source
from tests.breakers import keeps
from tests.makers.families import allow, bring_back, earn, give_back, join, make_family, person_of, spend
from tests.makers.members import make_member
from tests.makers.points import account_of, days_from_today

INVARIANTS = (*membership.families.invariants.INVARIANTS, *membership.points.invariants.INVARIANTS)

pytestmark = pytest.mark.usefixtures("world")


@transactional
async def earn_until(member_id: str, amount: int, expires_on: date) -> None:
    account_id = await families.account_of(member_id)
    source = Source(by_member=member_id)
    await points.grant(account_id, amount, kind=Kind.EARNED, key=str(uuid4()), expires_on=expires_on, source=source)


@keeps(INVARIANTS)
async def test_what_he_earned_goes_with_him_lot_by_lot() -> None:
    head, (relative,) = await make_family()
    days = [days_from_today(10), days_from_today(40)]
    await earn(head.id, 1000)
    for amount, day in zip((30, 70), days, strict=True):
        await earn_until(relative.id, amount, day)
    assert (await families.leave(relative.id)).points == 100
    summary = await points.summary(relative.id)
    assert [(lot.points, lot.expires_on) for lot in summary.expiring] == [(30, days[0]), (70, days[1])]
    assert await account_of(head.id) == (1000, 0)
    rows = await database.fetch("SELECT kind, amount FROM points_entry WHERE member_id = $1", relative.id)
    assert [tuple(row) for row in rows] == [("family_in", 100)]


@keeps(INVARIANTS)
async def test_what_was_spent_together_stays_spent() -> None:
    head, (relative,) = await make_family()
    await earn(relative.id, 100)
    await spend(head.id, 40)
    await earn(head.id, 5)
    assert (await families.leave(relative.id)).points == 60
    assert (await account_of(head.id), await account_of(relative.id)) == ((5, 0), (60, 0))


@keeps(INVARIANTS)
async def test_who_brings_a_debt_repays_it_with_what_he_takes_along() -> None:
    head, relative = await make_member(), await make_member()
    prefix = await earn(relative.id, 50)
    await spend(relative.id, 50)
    await bring_back(relative.id, prefix, 50)
    assert await account_of(relative.id) == (0, 50)
    await join(head.id, relative.id)
    await earn(relative.id, 80)
    await families.leave(relative.id)
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 0), (30, 0))


@keeps(INVARIANTS)
async def test_what_has_expired_is_not_taken_along() -> None:
    head, (relative,) = await make_family()
    await earn_until(relative.id, 30, days_from_today(-1))
    assert (await families.leave(relative.id)).points == 0
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 0), (0, 0))


@keeps(INVARIANTS)
async def test_afterwards_everybody_earns_for_himself_and_may_join_again() -> None:
    head, (relative,) = await make_family()
    await families.leave(relative.id)
    await earn(relative.id, 10)
    assert await account_of(relative.id) == (10, 0)
    with pytest.raises(families.NoFamily):
        await families.leave(relative.id)
    await join(head.id, relative.id)
    await earn(relative.id, 7)
    assert (await families.leave(relative.id)).points == 7


@keeps(INVARIANTS)
async def test_the_head_removes_a_relative() -> None:
    head, (one, two) = await make_family(2)
    await earn(one.id, 100)
    person_id = await person_of(head.id, one.id)
    with pytest.raises(families.OnlyTheHead):
        await families.remove(two.id, person_id)
    for person in (uuid4(), await person_of(head.id, head.id)):
        with pytest.raises(families.PersonNotFound):
            await families.remove(head.id, person)
    assert (await families.remove(head.id, person_id)).points == 100
    with pytest.raises(families.PersonNotFound):
        await families.remove(head.id, person_id)
    assert await account_of(one.id) == (100, 0)
    assert len((await families.family(head.id)).people) == 2
    told = await database.fetch("SELECT title FROM notification WHERE member_id = $1", one.id)
    assert [row["title"] for row in told] == ["您已不在这个家庭"]


async def test_nobody_is_told_of_no_points() -> None:
    head, (with_some, with_none, removed) = await make_family(3)
    await earn(with_some.id, 100)
    await families.leave(with_some.id)
    await families.leave(with_none.id)
    await families.remove(head.id, await person_of(head.id, removed.id))

    async def told(member_id: UUID) -> list[str]:
        rows = await database.fetch("SELECT body FROM notification WHERE member_id = $1 ORDER BY id", member_id)
        return [row["body"] for row in rows]

    for member, amount in ((with_some, "100积分"), (with_none, None), (removed, None)):
        (body,) = await told(member.id)
        assert (amount or "您自己的账户") in body
        assert "0积分" not in body.replace("100积分", "")
    *_, first, second = await told(head.id)
    assert "100积分" in first
    assert "积分不变" in second and "0积分" not in second


async def test_whoever_may_do_it_is_not_called_the_mother() -> None:
    """A grandmother may have made the family, and a father the profile."""
    for refusal in (families.OnlyTheHead, families.SpendingNotAllowed, families.MonthlyLimitReached):
        assert "妈妈" not in refusal.detail


@keeps(INVARIANTS)
async def test_when_the_head_leaves_everybody_takes_his_own() -> None:
    head, (one, two) = await make_family(2)
    invited = await families.invite(head.id)
    await earn(head.id, 1)
    await earn(one.id, 100)
    await earn(two.id, 50)
    assert (await families.leave(head.id)).points == 150
    assert [await account_of(each.id) for each in (head, one, two)] == [(1, 0), (100, 0), (50, 0)]
    for each in (head, one, two):
        with pytest.raises(families.NoFamily):
            await families.family(each.id)
    with pytest.raises(families.InvitationNotFound):
        await families.accept(one.id, invited.code)
    await join(one.id, head.id)  # she may be a relative in another family, or found one anew


@keeps(INVARIANTS)
async def test_goods_that_come_back_while_he_belongs_are_the_accounts_business() -> None:
    head, (relative,) = await make_family()
    prefix = await earn(relative.id, 100)
    await spend(head.id, 30)
    await bring_back(relative.id, prefix, 100)
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 30), (0, 0))


async def test_goods_bought_before_he_joined_are_his_own_business() -> None:
    head, relative = await make_member(), await make_member()
    prefix = await earn(relative.id, 100)
    await join(head.id, relative.id)
    await bring_back(relative.id, prefix, 100)
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 0), (0, 0))


@keeps(INVARIANTS)
async def test_goods_that_come_back_later_take_back_what_he_took_along_and_the_rest_from_who_used_it() -> None:
    head, (relative,) = await make_family()
    prefix = await earn(relative.id, 100)
    await spend(head.id, 60)
    await families.leave(relative.id)
    await spend(relative.id, 40)
    await bring_back(relative.id, prefix, 30, 2)
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 0), (0, 30))
    await bring_back(relative.id, prefix, 70, 3)
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 60), (0, 40))
    total = await database.fetchval(
        "SELECT sum(amount) FROM points_entry WHERE starts_with(key, $1) AND kind <> 'redemption'", prefix
    )
    assert total == 0


@keeps(INVARIANTS)
async def test_a_gift_cancelled_later_gives_back_to_the_account_that_paid() -> None:
    head, (relative,) = await make_family()
    expires_on = clock.end_of_month(days_from_today(200))
    await earn_until(relative.id, 100, expires_on)
    account_id, key = await spend(head.id, 60)
    await families.leave(relative.id)
    await give_back(account_id, key)
    assert (await account_of(head.id), await account_of(relative.id)) == ((60, 0), (40, 0))
    # Its lot has gone with him: the account gets a fresh one with the same last day.
    (lot,) = (await points.summary(head.id)).expiring
    assert (lot.points, lot.expires_on) == (60, expires_on)


@keeps(INVARIANTS)
async def test_what_he_spent_and_cancelled_stays_the_familys() -> None:
    head, (relative,) = await make_family()
    await earn(head.id, 100)
    await allow(head.id, relative.id)
    account_id, key = await spend(relative.id, 100)
    await database.execute("UPDATE points_lot SET expires_on = '2020-01-31' WHERE member_id = $1", head.id)
    await give_back(account_id, key, relative.id)
    assert await account_of(head.id) == (100, 0)
    assert (await families.leave(relative.id)).points == 0
    assert await account_of(head.id) == (100, 0)


@keeps(INVARIANTS)
async def test_what_another_part_of_the_receipt_took_back_is_not_counted_twice() -> None:
    """A receipt gives by its rate and by rules; their keys begin alike."""
    head, (relative,) = await make_family()
    receipt = str(uuid4())
    await earn(relative.id, 100, key=f"{receipt}:")
    await earn(relative.id, 50, key=f"{receipt}:double:", kind=Kind.EARNED)
    await families.leave(relative.id)
    await bring_back(relative.id, f"{receipt}:double:", 50, kind=Kind.EARNED)
    await bring_back(relative.id, f"{receipt}:", 100)
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 0), (0, 0))
