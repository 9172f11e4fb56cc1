"""Everybody at once on one account, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import UUID

from membership.points import Kind
from tests.makers.points import account_of, entries_of, make_saver, new_key, redeem, spend, take_back

AT_ONCE = 48
"""Three times the connections of the pool: more would only wait for a connection, and be told so after a second."""

UNLOCKED = "SELECT balance, debt FROM points_account WHERE member_id = $1"
"""`posting.LOCK` without the lock."""


async def at_once(times: int, work: Callable[[], Awaitable[object]]) -> Counter[str]:
    """How many of each type of result or exception."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one() -> object:
        async with turn:
            return await work()

    results = await asyncio.gather(*(one() for _ in range(times)), return_exceptions=True)
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
