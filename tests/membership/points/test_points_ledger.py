"""The verbs of the ledger, one by one."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from foundation import clock, database
from foundation.transactions import transactional
from membership import points
from membership.points import Kind, NotEnoughPoints, Posted, jobs
from membership.points.invariants import INVARIANTS
from tests.breakers import broken_by, keeps
from tests.makers.points import (
    account_of,
    days_from_today,
    earn,
    entries_of,
    give_back,
    grant,
    let_a_day_pass,
    lots_of,
    make_account,
    make_saver,
    move_all,
    new_key,
    open_account,
    redeem,
    spend,
    take_back,
)
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")


async def test_a_grant_is_posted_once_per_kind_and_key() -> None:
    member_id, key = await make_account(), new_key()
    first = await grant(member_id, 100, kind=Kind.PURCHASE, key=key, expires_on=None)
    assert first == Posted(100, 100, 0)
    assert await grant(member_id, 100, kind=Kind.PURCHASE, key=key, expires_on=None) is None
    other_kind = await grant(member_id, 5, kind=Kind.WELCOME_GIFT, key=key, expires_on=None)
    assert other_kind == Posted(5, 105, 0)
    assert await account_of(member_id) == (105, 0)


async def test_opening_an_account_twice_keeps_what_is_there() -> None:
    member_id = await make_saver(100)
    await open_account(member_id)
    assert await account_of(member_id) == (100, 0)


async def test_what_is_earned_while_a_spending_waits_can_be_spent() -> None:
    member_id = await make_account()
    began, earned = asyncio.Event(), asyncio.Event()

    @transactional
    async def spend_late() -> Posted:
        await database.fetchval("SELECT now()")
        began.set()
        await earned.wait()
        return await points.spend(member_id, 10, kind=Kind.REDEMPTION, key=new_key())

    spending = asyncio.create_task(spend_late())
    await began.wait()
    await earn(member_id, 10)
    earned.set()
    assert await spending == Posted(-10, 0, 0)


async def test_spending_takes_what_expires_first() -> None:
    member_id = await make_account()
    await earn(member_id, 10)
    await earn(member_id, 20, expires_on=days_from_today(60))
    await earn(member_id, 30, expires_on=days_from_today(30))
    posted = await spend(member_id, 35, kind=Kind.REDEMPTION, key=new_key())
    assert posted == Posted(-35, 25, 0)
    assert await lots_of(member_id) == [10, 15, 0]
    await redeem(member_id, 20)
    assert await lots_of(member_id) == [5, 0, 0]


async def test_spending_more_than_there_is_moves_nothing_and_says_how_much_is_missing() -> None:
    member_id = await make_saver(30, 20)
    with pytest.raises(NotEnoughPoints) as refused:
        await redeem(member_id, 60)
    assert refused.value.message == "积分不够哦，还差 10 积分"
    assert await account_of(member_id) == (50, 0)
    assert await lots_of(member_id) == [30, 20]


async def test_a_spending_repeated_under_its_key_answers_the_first_posting() -> None:
    member_id, key = await make_saver(50), new_key()
    first = await spend(member_id, 40, kind=Kind.REDEMPTION, key=key)
    assert await spend(member_id, 40, kind=Kind.REDEMPTION, key=key) == first
    assert await account_of(member_id) == (10, 0)


async def test_the_last_day_of_a_lot_still_counts_and_the_day_after_does_not() -> None:
    member_id = await make_account()
    await earn(member_id, 10, expires_on=clock.today())
    await earn(member_id, 5)
    await redeem(member_id, 4)
    assert await lots_of(member_id) == [6, 5]
    await let_a_day_pass(member_id)
    assert (await points.summary(member_id)).balance == 5
    with pytest.raises(NotEnoughPoints) as refused:
        await redeem(member_id, 11)
    assert "还差 6 积分" in refused.value.message
    await redeem(member_id, 3)
    # The expiry is posted before the spending, although the job has not come by.
    assert (await entries_of(member_id))[-2:] == [("expiry", -6), ("redemption", -3)]
    assert await account_of(member_id) == (2, 0)


async def test_a_pending_lot_counts_but_can_not_be_spent_yet() -> None:
    member_id = await make_saver(10)
    later = clock.now() + timedelta(days=7)
    await grant(member_id, 90, kind=Kind.PURCHASE, key=new_key(), expires_on=None, spendable_from=later)
    summary = await points.summary(member_id)
    assert (summary.balance, summary.pending) == (10, 90)
    with pytest.raises(NotEnoughPoints):
        await redeem(member_id, 11)
    await redeem(member_id, 10)
    assert await lots_of(member_id) == [0, 90]


async def test_a_pending_lot_that_is_over_expires_before_a_spending_is_posted() -> None:
    member_id, later = await make_saver(10), clock.now() + timedelta(days=7)
    yesterday = days_from_today(-1)
    await grant(member_id, 90, kind=Kind.PURCHASE, key=new_key(), expires_on=yesterday, spendable_from=later)
    await redeem(member_id, 4)
    assert (await entries_of(member_id))[-2:] == [("expiry", -90), ("redemption", -4)]
    assert await account_of(member_id) == (6, 0)


async def test_a_spending_given_back_returns_to_its_lots() -> None:
    member_id = await make_account()
    await earn(member_id, 10, expires_on=days_from_today(5))
    await earn(member_id, 20, expires_on=days_from_today(9))
    spent = await redeem(member_id, 15)
    key = new_key()
    back = {"kind": Kind.REDEMPTION_CANCELLED, "key": key, "spent_kind": Kind.REDEMPTION, "spent_key": spent}
    assert await give_back(member_id, **back) == Posted(15, 30, 0)
    assert await lots_of(member_id) == [10, 20]
    assert await give_back(member_id, **back) == Posted(15, 30, 0)
    assert await account_of(member_id) == (30, 0)


async def test_a_spending_is_not_given_back_under_a_second_key() -> None:
    member_id = await make_saver(20)
    spent = await redeem(member_id, 5)
    await redeem(member_id, 10)
    back = {"kind": Kind.REDEMPTION_CANCELLED, "spent_kind": Kind.REDEMPTION, "spent_key": spent}
    await give_back(member_id, key=new_key(), **back)
    with pytest.raises(asyncpg.UniqueViolationError):
        await give_back(member_id, key=new_key(), **back)
    assert await account_of(member_id) == (10, 0)


async def _give_back(member_id: UUID, spent: str) -> Posted:
    return await give_back(
        member_id, kind=Kind.REDEMPTION_CANCELLED, key=new_key(), spent_kind=Kind.REDEMPTION, spent_key=spent
    )


@keeps(INVARIANTS)
async def test_what_returns_from_lots_that_are_over_is_one_fresh_lot_with_thirty_days_of_grace() -> None:
    member_id = await make_saver(20, expires_on=clock.today())
    await earn(member_id, 10, expires_on=clock.today())
    await earn(member_id, 10, expires_on=days_from_today(9))
    spent = await redeem(member_id, 35)
    await let_a_day_pass(member_id)
    assert await _give_back(member_id, spent) == Posted(35, 40, 0)
    assert await lots_of(member_id) == [0, 0, 10, 30]
    assert (await points.summary(member_id)).expiring == [
        points.ExpiringLot(10, days_from_today(8)),
        points.ExpiringLot(30, days_from_today(30)),
    ]


@keeps(INVARIANTS)
async def test_a_debt_is_repaid_from_what_returns_and_the_grace_is_for_the_rest() -> None:
    member_id = await make_saver(20, expires_on=clock.today())
    spent = await redeem(member_id, 20)
    await let_a_day_pass(member_id)
    await take_back(
        member_id, 5, kind=Kind.PURCHASE_RETURN, key=new_key(), granted_kind=Kind.PURCHASE, granted_key_prefix=None
    )
    assert await _give_back(member_id, spent) == Posted(20, 15, 0)
    assert await lots_of(member_id) == [0, 15]


async def test_an_entry_keeps_where_it_came_from() -> None:
    member_id, father = await make_account(), await make_account()
    store = await make_store()
    source = points.Source(rule="double", store_id=store.id, by_member=father, note="R-1")
    grant_key, spent_key = new_key(), new_key()
    await grant(member_id, 20, kind=Kind.PURCHASE, key=grant_key, expires_on=None, source=source)
    await spend(member_id, 5, kind=Kind.REDEMPTION, key=spent_key, source=source)
    await give_back(
        member_id,
        kind=Kind.ORDER_RETURNED,
        key=new_key(),
        spent_kind=Kind.REDEMPTION,
        spent_key=spent_key,
        source=source,
    )
    await take_back(
        member_id,
        1,
        kind=Kind.PURCHASE_RETURN,
        key=new_key(),
        granted_kind=Kind.PURCHASE,
        granted_key_prefix=grant_key,
        source=source,
    )
    rows = await database.fetch(
        "SELECT rule, store_id, by_member_id, note FROM points_entry WHERE member_id = $1", member_id
    )
    assert [tuple(row) for row in rows] == [("double", store.id, father, "R-1")] * 4


async def test_the_holder_of_a_grant_is_whoever_has_its_lots_now() -> None:
    member_id, keeper, receipt = await make_account(), await make_account(), new_key()
    await grant(member_id, 5, kind=Kind.PURCHASE, key=f"{receipt}:1", expires_on=None)
    assert await points.holder_of(Kind.PURCHASE, f"{receipt}:") == member_id
    assert await points.holder_of(Kind.EARNED, f"{receipt}:") is None
    assert await points.holder_of(Kind.PURCHASE, f"{receipt}:2") is None
    await move_all(member_id, keeper, new_key())
    assert await points.holder_of(Kind.PURCHASE, f"{receipt}:") == keeper


async def test_taking_back_starts_with_the_grants_own_lots() -> None:
    member_id = await make_account()
    await earn(member_id, 40, expires_on=days_from_today(3))
    receipt = new_key()
    for part, amount in (("1", 50), ("2", 10)):
        await grant(member_id, amount, kind=Kind.PURCHASE, key=f"{receipt}:{part}", expires_on=days_from_today(90))
    taken = await take_back(
        member_id,
        70,
        kind=Kind.PURCHASE_RETURN,
        key=new_key(),
        granted_kind=Kind.PURCHASE,
        granted_key_prefix=f"{receipt}:",
    )
    assert taken == Posted(-70, 30, 0)
    assert await lots_of(member_id) == [30, 0, 0]


async def test_taking_back_leaves_pending_lots_for_last() -> None:
    member_id, later = await make_account(), clock.now() + timedelta(days=7)
    soon, late = days_from_today(1), days_from_today(90)
    await grant(member_id, 10, kind=Kind.PURCHASE, key=new_key(), expires_on=soon, spendable_from=later)
    await earn(member_id, 10, expires_on=late)
    await take_back(
        member_id, 15, kind=Kind.PURCHASE_RETURN, key=new_key(), granted_kind=Kind.PURCHASE, granted_key_prefix="-"
    )
    assert await lots_of(member_id) == [5, 0]


async def test_spending_takes_two_round_trips(monkeypatch: pytest.MonkeyPatch) -> None:
    member_id = await make_saver(10, 20, 30)
    sent: list[str] = []

    def watched(real: Any) -> Any:
        async def send(query: str, *arguments: object) -> Any:
            sent.append(query)
            return await real(query, *arguments)

        return send

    for name in ("fetch", "fetchrow", "fetchval", "execute"):
        monkeypatch.setattr(database, name, watched(getattr(database, name)))
    await redeem(member_id, 45)
    assert len(sent) == 2


async def test_what_is_spent_already_becomes_a_debt_that_later_earnings_repay_first() -> None:
    member_id = await make_account()
    receipt = await earn(member_id, 100)
    await redeem(member_id, 80)
    back = {"kind": Kind.PURCHASE_RETURN, "granted_kind": Kind.PURCHASE, "granted_key_prefix": receipt}
    assert await take_back(member_id, 100, key=new_key(), **back) == Posted(-100, 0, 80)
    with pytest.raises(NotEnoughPoints):
        await redeem(member_id, 1)
    assert await points.summary(member_id) == points.PointsSummary(0, 80, 0, [])
    await earn(member_id, 30)
    assert await account_of(member_id) == (0, 50)
    await earn(member_id, 60)
    assert await account_of(member_id) == (10, 0)
    assert await lots_of(member_id) == [0, 0, 10]


async def test_a_redemption_given_back_repays_the_debt_first() -> None:
    member_id = await make_account()
    receipt = await earn(member_id, 100)
    spent = await redeem(member_id, 70)
    await take_back(
        member_id,
        100,
        kind=Kind.PURCHASE_RETURN,
        key=new_key(),
        granted_kind=Kind.PURCHASE,
        granted_key_prefix=receipt,
    )
    posted = await give_back(
        member_id, kind=Kind.REDEMPTION_CANCELLED, key=new_key(), spent_kind=Kind.REDEMPTION, spent_key=spent
    )
    assert posted == Posted(70, 0, 0)
    assert await lots_of(member_id) == [0]


async def test_a_merge_moves_lots_and_lets_points_of_one_repay_the_debt_of_the_other() -> None:
    rich, poor = await make_saver(30, 40), await make_saver(100)
    spent = await redeem(rich, 35)
    receipt = await earn(poor, 10)
    await redeem(poor, 110)
    await take_back(
        poor, 10, kind=Kind.PURCHASE_RETURN, key=new_key(), granted_kind=Kind.PURCHASE, granted_key_prefix=receipt
    )
    key = new_key()
    assert await move_all(rich, poor, key) == points.Moved(points=35, debt=0, lots=2)
    assert await account_of(rich) == (0, 0)
    assert await account_of(poor) == (25, 0)
    assert await move_all(rich, poor, key) == points.Moved(0, 0, 0)
    # A redemption of hers from before can still be cancelled.
    await give_back(poor, kind=Kind.REDEMPTION_CANCELLED, key=new_key(), spent_kind=Kind.REDEMPTION, spent_key=spent)
    assert await account_of(poor) == (60, 0)
    assert await lots_of(rich) == []


async def test_a_merge_brings_a_debt_along() -> None:
    debtor, keeper = await make_saver(50), await make_saver(20, 10)
    await redeem(debtor, 50)
    await take_back(
        debtor, 25, kind=Kind.PURCHASE_RETURN, key=new_key(), granted_kind=Kind.PURCHASE, granted_key_prefix=None
    )
    assert await move_all(debtor, keeper, new_key()) == points.Moved(points=0, debt=25, lots=1)
    assert await account_of(keeper) == (5, 0)
    assert (await entries_of(keeper))[-1] == ("merge_in", -25)


async def test_the_clock_expires_what_is_over_and_running_it_twice_changes_nothing() -> None:
    member_id = await make_saver(10, 20, expires_on=clock.today())
    await earn(member_id, 7, expires_on=days_from_today(1))
    assert await lots_of(member_id) == [10, 20, 7]
    await let_a_day_pass(member_id)
    expired = await jobs.expire()
    assert expired.points >= 30
    assert await account_of(member_id) == (7, 0)
    assert (await entries_of(member_id))[-1] == ("expiry", -30)
    assert await jobs.expire() == jobs.Expired(0, 0)


async def test_summary_groups_what_expires_by_day() -> None:
    member_id = await make_account()
    await earn(member_id, 5)
    for amount in (10, 20):
        await earn(member_id, amount, expires_on=days_from_today(40))
    await earn(member_id, 30, expires_on=days_from_today(9))
    assert await points.summary(member_id) == points.PointsSummary(
        balance=65,
        debt=0,
        pending=0,
        expiring=[
            points.ExpiringLot(30, days_from_today(9)),
            points.ExpiringLot(30, days_from_today(40)),
        ],
    )


async def test_the_statement_is_read_page_by_page_newest_first() -> None:
    member_id = await make_saver(1, 2, 3)
    first = await points.entries(member_id, points.StatementQuery(limit=2))
    assert [entry.amount for entry in first.items] == [3, 2]
    assert [entry.balance_after for entry in first.items] == [6, 3]
    assert first.next_cursor is not None
    second = await points.entries(member_id, points.StatementQuery(limit=2, cursor=first.next_cursor))
    assert [entry.amount for entry in second.items] == [1]
    assert second.next_cursor is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE points_entry SET amount = amount + 1",
        "DELETE FROM points_entry",
        "TRUNCATE points_entry CASCADE",
        "UPDATE points_lot_use SET amount = amount + 1",
        "DELETE FROM points_lot_use",
        "DELETE FROM points_lot",
    ],
)
async def test_the_database_refuses_to_change_the_past(statement: str) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE points_account SET balance = -1 WHERE member_id = $1",
        "UPDATE points_account SET debt = -1 WHERE member_id = $1",
        "UPDATE points_account SET debt = 1 WHERE member_id = $1",
        "UPDATE points_lot SET remaining = granted + 1 WHERE member_id = $1",
        "UPDATE points_lot SET remaining = -1 WHERE member_id = $1",
    ],
)
async def test_the_database_refuses_bad_states(statement: str) -> None:
    member_id = await make_saver(10)
    with pytest.raises(asyncpg.CheckViolationError):
        await database.execute(statement, member_id)


@pytest.mark.parametrize(
    ("corruption", "found"),
    [
        (
            "UPDATE points_account SET balance = balance + 1 WHERE member_id = $1",
            {
                "points.entries_make_the_account",
                "points.lots_make_the_balance",
                "points.last_entry_is_the_account",
            },
        ),
        (
            "UPDATE points_lot SET remaining = remaining - 1 WHERE member_id = $1",
            {"points.lots_make_the_balance", "points.uses_make_the_lot"},
        ),
        (
            "INSERT INTO points_entry (member_id, kind, key, amount, balance_after, debt_after)"
            " VALUES ($1, 'purchase', gen_random_uuid()::text, 7, 10, 0)",
            {"points.entries_make_the_account", "points.entries_follow_each_other"},
        ),
    ],
)
async def test_the_invariants_find_a_corruption_made_by_hand(corruption: str, found: set[str]) -> None:
    member_id = await make_saver(10)
    noticed = {each.name for each in INVARIANTS if await broken_by(corruption, each, member_id)}
    assert noticed == found
