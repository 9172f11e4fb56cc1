"""What breaks invariants, told apart from what other tests left broken: controls break them on purpose, and tests of a
lower feature leave what its callers would have written."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import asyncpg

from foundation import database
from foundation.invariants import Invariant


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
