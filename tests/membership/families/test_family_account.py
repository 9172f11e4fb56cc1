"""Whose account is earned into and spent from, what each sees of it, and what the head has to say."""

from uuid import UUID, uuid4

import pytest

from foundation.pages import PageQuery
from foundation.transactions import transactional
from membership import families, members
from membership.points import NotEnoughPoints
from membership.points.invariants import INVARIANTS
from tests.breakers import keeps
from tests.makers.families import allow, bring_back, earn, give_back, join, make_family, owe, person_of, spend
from tests.makers.members import make_member
from tests.makers.points import account_of
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")


@transactional
async def earning_account(member_id: UUID) -> UUID:
    return await families.account_of(member_id)


@keeps(INVARIANTS)
async def test_a_relative_earns_into_the_heads_account() -> None:
    head, (relative,) = await make_family()
    await earn(head.id, 30)
    await earn(relative.id, 100)
    assert await account_of(head.id) == (130, 0)
    assert await account_of(relative.id) == (0, 0)


@keeps(INVARIANTS)
async def test_who_owes_earns_for_himself_until_the_debt_is_repaid() -> None:
    head, relative = await make_member(), await make_member()
    await owe(relative.id, 40)
    await join(head.id, relative.id)
    await earn(relative.id, 30)
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 0), (0, 10))
    kept = await earn(relative.id, 50)
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 0), (40, 0))
    await earn(relative.id, 20)
    assert (await account_of(head.id), await account_of(relative.id)) == ((20, 0), (40, 0))
    assert [line.amount for line in (await families.contributions(head.id, PageQuery())).items] == [20]
    await bring_back(relative.id, kept, 50)  # from him who holds it, and so he owes again
    assert (await account_of(head.id), await account_of(relative.id)) == ((20, 0), (0, 10))
    assert (await families.leave(relative.id)).points == 20
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 0), (10, 0))


async def test_what_the_head_owes_is_repaid_by_everybody() -> None:
    head, relative = await make_member(), await make_member()
    await owe(head.id, 40)
    await join(head.id, relative.id)
    await earn(relative.id, 100)
    assert (await account_of(head.id), await account_of(relative.id)) == ((60, 0), (0, 0))


async def test_the_account_of_one_who_owes_takes_two_queries() -> None:
    head, relative = await make_member(), await make_member()
    await owe(relative.id, 10)
    await join(head.id, relative.id)
    with statements() as seen:
        assert await earning_account(relative.id) == relative.id
    assert len(seen) == 4, seen  # with BEGIN and COMMIT


async def test_people_are_a_family_whatever_account_they_earn_into() -> None:
    head, (one, other) = await make_family(2)
    stranger = await make_member()
    await owe(stranger.id, 10)
    await join(head.id, stranger.id)
    assert await earning_account(stranger.id) == stranger.id
    for pair in ((head, one), (one, other), (other, stranger), (stranger, head)):
        assert await families.are_family(pair[0].id, pair[1].id)
        assert await families.are_family(pair[1].id, pair[0].id)
    await members.ban(head.id, "test", by=uuid4())
    assert await families.are_family(one.id, other.id)
    await families.leave(one.id)
    assert not await families.are_family(one.id, other.id)
    assert not await families.are_family(one.id, (await make_member()).id)


async def test_without_a_family_one_earns_for_oneself() -> None:
    member = await make_member()
    await earn(member.id, 10)
    assert await account_of(member.id) == (10, 0)


async def test_nobody_spends_the_familys_points_unless_the_head_says_so() -> None:
    head, (relative,) = await make_family()
    await earn(relative.id, 100)
    with pytest.raises(families.SpendingNotAllowed):
        await spend(relative.id, 10)
    await allow(head.id, relative.id)
    account_id, _ = await spend(relative.id, 10)
    assert account_id == head.id
    await families.allow_spending(head.id, await person_of(head.id, relative.id), may_spend=False)
    with pytest.raises(families.SpendingNotAllowed):
        await spend(relative.id, 10)
    assert await account_of(head.id) == (90, 0)


async def test_a_relative_spends_first_what_he_had_before() -> None:
    head, relative = await make_member(), await make_member()
    await earn(relative.id, 50)
    await families.accept(relative.id, (await families.invite(head.id)).code)
    await earn(relative.id, 100)
    assert (await spend(relative.id, 20))[0] == relative.id
    with pytest.raises(families.SpendingNotAllowed):
        await spend(relative.id, 40)
    await allow(head.id, relative.id)
    assert (await spend(relative.id, 40))[0] == head.id
    assert (await account_of(relative.id), await account_of(head.id)) == ((30, 0), (60, 0))


async def test_a_monthly_limit_counts_what_was_spent_less_what_came_back() -> None:
    head, (relative,) = await make_family()
    await earn(head.id, 500)
    await allow(head.id, relative.id, monthly_limit=100)
    account_id, key = await spend(relative.id, 60)
    with pytest.raises(families.MonthlyLimitReached) as refusal:
        await spend(relative.id, 41)
    assert "40" in refusal.value.message
    await give_back(account_id, key, relative.id)
    await spend(relative.id, 100)
    with pytest.raises(families.MonthlyLimitReached):
        await spend(relative.id, 1)
    await spend(head.id, 200)  # no limit is hers
    await allow(head.id, relative.id)
    await spend(relative.id, 200)
    with pytest.raises(NotEnoughPoints):
        await spend(relative.id, 1)


async def test_only_the_head_says_who_spends() -> None:
    head, (one, two) = await make_family(2)
    person_id = await person_of(head.id, two.id)
    with pytest.raises(families.OnlyTheHead):
        await families.allow_spending(one.id, person_id, may_spend=True)
    with pytest.raises(families.NoFamily):
        await families.allow_spending((await make_member()).id, person_id, may_spend=True)
    stranger, _ = await make_family()
    of_head = await person_of(head.id, head.id)
    for somebody, person in ((stranger.id, person_id), (head.id, uuid4()), (head.id, of_head)):
        with pytest.raises(families.PersonNotFound):
            await families.allow_spending(somebody, person, may_spend=True)


async def test_the_account_of_a_banned_head_is_left_alone() -> None:
    head, (relative,) = await make_family()
    await earn(relative.id, 100)
    await allow(head.id, relative.id)
    await members.ban(head.id, "test", by=uuid4())
    with pytest.raises(families.SpendingNotAllowed):
        await spend(relative.id, 10)
    await earn(relative.id, 5)
    assert (await account_of(head.id), await account_of(relative.id)) == ((100, 0), (5, 0))
    assert (await families.leave(relative.id)).points == 100  # no trap: he goes, and what he earned goes with him
    assert (await account_of(head.id), await account_of(relative.id)) == ((0, 0), (105, 0))


async def test_the_head_sees_what_each_did_and_a_relative_his_own() -> None:
    head, (one, two) = await make_family(2)
    await earn(one.id, 100)
    await earn(two.id, 50)
    await allow(head.id, two.id)
    await spend(two.id, 30)

    def figures(family: families.FamilyView) -> list[tuple[int | None, int | None, int | None]]:
        return [(each.earned_this_month, each.spent_this_month, each.would_take_along) for each in family.people]

    assert figures(await families.family(head.id)) == [(None, None, None), (100, 0, 70), (50, 30, 50)]
    assert figures(await families.family(two.id)) == [(None, None, None), (None, None, None), (50, 30, 50)]
    assert (await families.family(two.id)).balance == 120


async def test_the_contributions_are_paged_and_a_relative_sees_only_his() -> None:
    head, (one, two) = await make_family(2)
    await earn(head.id, 1)
    await earn(one.id, 100)
    await earn(two.id, 50)
    await earn(one.id, 7)
    first = await families.contributions(head.id, PageQuery(limit=2))
    second = await families.contributions(head.id, PageQuery(limit=2, cursor=first.next_cursor))
    assert [line.amount for line in (*first.items, *second.items)] == [7, 50, 100]
    assert second.next_cursor is None
    assert first.items[0].person_id == await person_of(head.id, one.id)
    assert [line.amount for line in (await families.contributions(two.id, PageQuery())).items] == [50]
    await families.leave(one.id)
    lines = (await families.contributions(head.id, PageQuery())).items
    assert [(line.name, line.amount) for line in lines] == [
        ("以前的家人", -107),
        ("以前的家人", 7),
        ("会员", 50),
        ("以前的家人", 100),
    ]


async def test_the_account_costs_one_query_and_so_does_a_spender_without_a_family() -> None:
    head, (relative,) = await make_family()
    for member_id in (head.id, relative.id, (await make_member()).id):
        with statements() as seen:
            await earning_account(member_id)
        assert len(seen) == 3  # with BEGIN and COMMIT


async def test_a_family_is_shown_by_a_handful_of_queries() -> None:
    head, _ = await make_family(5)
    with statements() as seen:
        await families.family(head.id)
    assert len(seen) == 7
