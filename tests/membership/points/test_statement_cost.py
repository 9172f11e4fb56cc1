"""The first page of a statement costs the same with 100,000 lines as with 100."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from foundation import database
from foundation.pages import PageQuery
from membership import points
from membership.points import statement
from membership.points.queries import BEYOND_ALL
from tests.makers.points import make_account

pytestmark = pytest.mark.usefixtures("world")

MANY, FEW = 100_000, 100
PAGE = 21
RATIO = 1.3

# Every second line brought a lot, as in life; a minute lies between two lines.
GROW = """
WITH line AS (
    INSERT INTO points_entry (member_id, kind, key, amount, balance_after, debt_after, note, created_at)
    SELECT $1, 'purchase', gen_random_uuid()::text, 1, n, 0, 'R-' || n, now() - ($2::int - n) * interval '1 minute'
      FROM generate_series(1, $2::int) n ORDER BY n
    RETURNING id, amount
)
INSERT INTO points_lot (member_id, entry_id, granted, remaining, expires_on)
SELECT $1, id, amount, 0, current_date FROM line WHERE id % 2 = 0
"""


async def buffers(connection: asyncpg.Connection, query: str, arguments: Sequence[object]) -> int:
    """How many pages of the database the statement touches, in whatever memory they lie."""
    explained = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", *arguments)
    plan: dict[str, Any] = msgspec.json.decode(explained)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def best_milliseconds(connection: asyncpg.Connection, query: str, arguments: Sequence[object]) -> float:
    async def once() -> float:
        began = time.perf_counter()
        await connection.fetch(query, *arguments)
        return (time.perf_counter() - began) * 1000

    return min([await once() for _ in range(200)])


async def test_the_first_page_costs_the_same_however_long_the_statement_is() -> None:
    long, short = await make_account(), await make_account()
    async with database.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute("SET LOCAL statement_timeout = 0")
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute(GROW, long, MANY)
            await connection.execute(GROW, short, FEW)
            await connection.execute("ANALYZE points_entry")
            await connection.execute("ANALYZE points_lot")

            def page_of(member_id: UUID) -> tuple[object, ...]:
                return (member_id, statement.EVER, statement.NEVER, statement.NEVER, BEYOND_ALL, PAGE)

            for plan in ("force_custom_plan", "force_generic_plan"):
                await connection.execute(f"SET LOCAL plan_cache_mode = {plan}")
                pages = {who: await buffers(connection, statement.LINES, page_of(who)) for who in (long, short)}
                took = {who: await best_milliseconds(connection, statement.LINES, page_of(who)) for who in pages}
                print(f"{plan}: {pages[long]} and {pages[short]} pages, {took[long]:.2f} and {took[short]:.2f} ms")
                assert pages[long] <= RATIO * pages[short]
        finally:
            await transaction.rollback()


async def test_a_screen_of_the_statement_is_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    member_id, sent = await make_account(), []
    real = database.fetch

    async def fetch(query: str, *arguments: object) -> Any:
        sent.append(query)
        return await real(query, *arguments)

    monkeypatch.setattr(database, "fetch", fetch)
    await points.entries(member_id, points.StatementQuery())
    await points.months(member_id, PageQuery())
    await points.months_of_year(member_id, 2026)
    await points.summary(member_id)
    assert len(sent) == 4
