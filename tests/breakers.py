"""What breaks invariants, told apart from what other tests left broken: controls break them on purpose, and tests of a
lower feature leave what its callers would have written."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import wraps
from typing import Any, ParamSpec

import asyncpg

from foundation import database
from foundation.invariants import Invariant

P = ParamSpec("P")
Test = Callable[P, Awaitable[None]]


async def breakers(invariant: Invariant, connection: asyncpg.Connection | None = None) -> Counter[str]:
    """The rows that break an invariant now."""
    rows: list[Any] = await (connection or database).fetch(invariant.breaks)
    return Counter(str(tuple(row.values())) for row in rows)


async def all_breakers(invariants: Iterable[Invariant]) -> dict[str, Counter[str]]:
    """By the invariant's name."""
    return {invariant.name: await breakers(invariant) for invariant in invariants}


async def broken_since(before: dict[str, Counter[str]], invariants: Iterable[Invariant]) -> list[str]:
    """Names of invariants that are broken by more than they were."""
    return [each.name for each in invariants if await breakers(each) - before[each.name]]


async def broken_by(damage: str, invariant: Invariant, *arguments: object) -> Counter[str]:
    """The rows that break the invariant after the damage and did not before. The damage is undone.

    Its statements are separated by semicolons; each is given the arguments.
    """
    async with database.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            before = await breakers(invariant, connection)
            for statement in damage.split(";"):
                await connection.execute(statement, *arguments)
            return await breakers(invariant, connection) - before
        finally:
            await transaction.rollback()


def keeps(invariants: Collection[Invariant]) -> Callable[[Test[P]], Test[P]]:
    """Decorates a test that breaks none of the invariants, whatever the tests before it left broken."""

    def decorate(test: Test[P]) -> Test[P]:
        @wraps(test)
        async def checked(*args: P.args, **kwargs: P.kwargs) -> None:
            before = await all_breakers(invariants)
            await test(*args, **kwargs)
            assert await broken_since(before, invariants) == []

        return checked

    return decorate
