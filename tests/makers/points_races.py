"""Everybody at once on one account, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from foundation import database
from membership.points import Kind, actions, jobs
from tests.makers.points import (
    account_of,
    days_from_today,
    earn,
    entries_of,
    grant,
    let_a_day_pass,
    make_account,
    make_saver,
    new_key,
    redeem,
    spend,
    take_back,
)

AT_ONCE = 48
"""Three times the connections of the pool: more would only wait for a connection, and be told so after a second."""

UNLOCKED = "SELECT balance, debt FROM points_account WHERE member_id = $1"
"""`posting.LOCK` without the lock."""

GRANTED_UNLOCKED = actions.GRANT.replace("FOR UPDATE", "")
"""`actions.GRANT` without the lock."""

GRANTED_TWICE = actions.GRANT.replace("ON CONFLICT (kind, key) DO NOTHING", "")
"""`actions.GRANT` that does not look whether the key was posted before."""

UNLOCKED_OVERDUE = jobs.LOCK_OVERDUE.replace("FOR UPDATE SKIP LOCKED", "")
"""`jobs.LOCK_OVERDUE` without the lock."""


async def at_once(times: int, work: Callable[[], Awaitable[object]]) -> Counter[str]:
    """How many of each type of result or exception."""
    return await gather([work] * times)


async def gather(work: Sequence[Callable[[], Awaitable[object]]]) -> Counter[str]:
    """How many of each type of result or exception, of all at once."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(each: Callable[[], Awaitable[object]]) -> object:
        async with turn:
            return await each()

    results = await asyncio.gather(*(one(each) for each in work), return_exceptions=True)
    return Counter(type(result).__name__ for result in results)


async def spend_with_points_for_two(times: int) -> tuple[Counter[str], tuple[int, int]]:
    """Many spendings, each of its own; the points lie in three lots."""
    member_id = await make_saver(80, 70, 50)
    return await at_once(times, lambda: redeem(member_id, 100)), await account_of(member_id)


def expect_two(outcome: tuple[Counter[str], tuple[int, int]], times: int) -> None:
    assert outcome == ({"str": 2, "NotEnoughPoints": times - 2}, (0, 0))


async def spend_under_one_key(times: int) -> tuple[Counter[str], tuple[int, int], int]:
    member_id, key = await make_saver(*[100] * times), new_key()
    results = await at_once(times, lambda: spend(member_id, 100, kind=Kind.REDEMPTION, key=key))
    return results, await account_of(member_id), len(await entries_of(member_id)) - times


def expect_one_spending(outcome: tuple[Counter[str], tuple[int, int], int], times: int) -> None:
    assert outcome == ({"Posted": times}, (100 * (times - 1), 0), 1)


async def grant_to_a_debt(times: int) -> tuple[Counter[str], tuple[int, int], list[tuple[int, int]]]:
    """Many grants of 10, each of its own, into an account that owes 55: (results, account, how each entry left it).

    The entries come in the order of their time.
    """
    member_id = await make_account()
    await take_back(
        member_id, 55, kind=Kind.PURCHASE_RETURN, key=new_key(), granted_kind=Kind.PURCHASE, granted_key_prefix=None
    )
    results = await at_once(times, lambda: earn(member_id, 10))
    rows = await database.fetch(
        "SELECT balance_after, debt_after FROM points_entry WHERE member_id = $1 ORDER BY created_at, id", member_id
    )
    return results, await account_of(member_id), [(row["balance_after"], row["debt_after"]) for row in rows]


def expect_the_debt_repaid_once(
    outcome: tuple[Counter[str], tuple[int, int], list[tuple[int, int]]], times: int
) -> None:
    steps = [(max(0, 10 * n - 55), max(0, 55 - 10 * n)) for n in range(times + 1)]
    assert outcome == ({"str": times}, steps[-1], steps)


async def grant_under_one_key(times: int) -> tuple[Counter[str], tuple[int, int]]:
    member_id, key = await make_account(), new_key()
    results = await at_once(
        times, lambda: grant(member_id, 100, kind=Kind.PURCHASE, key=key, expires_on=days_from_today(30))
    )
    return results, await account_of(member_id)


def expect_one_grant(outcome: tuple[Counter[str], tuple[int, int]], times: int) -> None:
    assert outcome == ({"Posted": 1, "NoneType": times - 1}, (100, 0))


async def take_back_under_one_key(times: int) -> tuple[Counter[str], tuple[int, int], UUID]:
    """The same return, many times: 100 of which 60 are spent already."""
    member_id, key = await make_saver(100), new_key()
    await redeem(member_id, 60)
    results = await at_once(
        times,
        lambda: take_back(
            member_id,
            100,
            kind=Kind.PURCHASE_RETURN,
            key=key,
            granted_kind=Kind.PURCHASE,
            granted_key_prefix=None,
        ),
    )
    return results, await account_of(member_id), member_id


def expect_one_return(outcome: tuple[Counter[str], tuple[int, int], UUID], times: int) -> None:
    assert outcome[:2] == ({"Posted": times}, (0, 60))


async def expire_against_spending(times: int) -> tuple[Counter[str], tuple[int, int], Counter[str]]:
    """100 points whose last day is over, and as many that live: as many expiries as spendings of 100, all at once.

    (results, account, points by kind of entry).
    """
    member_id = await make_saver(100, expires_on=days_from_today(-1))
    await earn(member_id, 100, expires_on=days_from_today(30))
    expiring = [jobs.expire_batch] * times
    spending = [lambda: redeem(member_id, 100)] * times
    results = await gather([work for pair in zip(expiring, spending, strict=True) for work in pair])
    await jobs.expire()
    return results, await account_of(member_id), await _moved(member_id)


def expect_each_point_once(outcome: tuple[Counter[str], tuple[int, int], Counter[str]], times: int) -> None:
    results, account, moved = outcome
    assert results == {"Expired": times, "str": 1, "NotEnoughPoints": times - 1}
    assert account == (0, 0)
    assert moved == {"purchase": 200, "expiry": 100, "redemption": 100}


async def midnight_against_spending(times: int) -> tuple[Counter[str], tuple[int, int], Counter[str]]:
    """The last day of 100 points ends in the middle of as many expiries and spendings."""
    member_id = await make_saver(100, expires_on=days_from_today(0))
    work: list[Callable[[], Awaitable[object]]] = []
    for turn in range(times):
        work += [lambda: redeem(member_id, 100), jobs.expire_batch]
        if turn == times // 2:
            work.append(lambda: let_a_day_pass(member_id))
    # Whose turn comes first differs from round to round: so sometimes midnight wins.
    random.shuffle(work)
    results = await gather(work)
    await jobs.expire()
    return results, await account_of(member_id), await _moved(member_id)


def expect_one_end(outcome: tuple[Counter[str], tuple[int, int], Counter[str]], times: int) -> None:
    results, account, moved = outcome
    spent = results["str"]
    assert spent in (0, 1)
    assert results["NotEnoughPoints"] == times - spent
    assert results["Expired"] == times
    assert account == (0, 0)
    assert moved == {"purchase": 100, "redemption" if spent else "expiry": 100}


async def _moved(member_id: UUID) -> Counter[str]:
    moved: Counter[str] = Counter()
    for kind, amount in await entries_of(member_id):
        moved[kind] += abs(amount)
    return moved
