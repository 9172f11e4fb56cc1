"""A page of what was searched for costs the same among 10,000 products as among 100.

What is counted are pages of the database, which no busy machine changes; `pytest -s` shows them and the times.
"""

import time
from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec
import pytest

from foundation import database
from foundation.settings import Settings
from membership import catalogue
from membership.catalogue import ShelfQuery
from membership.catalogue.browsing import Order
from tests.makers.catalogue_of_many import Word, catalogue_of

MANY, FEW = 10_000, 100
RATIO = 1.5
DEEPER = 5
"""Pages more, whatever the length of the list: a look into an index of 10,000 products goes a level deeper."""
ROUNDS = 30

WORDS = (
    Word("漫游", at_most=3),
    Word("星河", at_most=30),
    Word("孔雀", every=33),
    Word("无荧光", every=3),
    Word("有机", every=2),
    Word("胡桃", every=3, at_the_end=True),
)
# What is looked for among many, and what among few: where a word is on fewer than a page of the few, another one that
# fills the page.
SEARCHES = (
    ("漫游", "漫游"),
    ("manyou", "manyou"),
    ("星河", "星河"),
    ("xinghe", "xinghe"),
    ("孔雀", "有机"),
    ("kongq", "youji"),
    ("无荧光", "无荧光"),
    ("有机", "有机"),
    ("youji", "youji"),
    ("胡桃", "胡桃"),
    ("hutao", "hutao"),
    ("y", "y"),
    ("yj", "yj"),
    ("wyg", "wyg"),
    ("ygyj", "youj"),
    ("不存在", "不存在"),
    ("zzz", "zzz"),
    ("有机有机", "有机有机"),
    ("youjyouji", "youjyouji"),
)
# 30 products are xinghe, and 49 others have a part of its spelling, each of which must be looked at to be passed.
LOOKALIKES = {"xinghe"}
RATIO_OF_LOOKALIKES = 3.0
ORDERS: tuple[Order, ...] = ("shelf", "dearest", "newest")


class Cost(msgspec.Struct, frozen=True):
    shown: int
    pages: int
    milliseconds: float


Costs = dict[tuple[Order, str, str], Cost]
"""By order, words and mode of planning."""


async def pages_of(connection: asyncpg.Connection, query: str, arguments: Sequence[object]) -> int:
    explained = await connection.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", *arguments)
    plan: dict[str, Any] = msgspec.json.decode(explained)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def cost_of(connection: asyncpg.Connection, query: ShelfQuery, monkeypatch: pytest.MonkeyPatch) -> Cost:
    sent: list[tuple[str, Sequence[object]]] = []

    def noted(verb: str) -> Any:
        async def run(statement: str, *arguments: object) -> Any:
            sent.append((statement, arguments))
            return await getattr(connection, verb)(statement, *arguments)

        return run

    with monkeypatch.context() as patch:
        patch.setattr(database, "fetch", noted("fetch"))
        patch.setattr(database, "fetchval", noted("fetchval"))
        page = await catalogue.products(query)
    pages = sum([await pages_of(connection, *each) for each in sent])

    async def once() -> float:
        began = time.perf_counter()
        for statement, arguments in sent:
            await connection.fetch(statement, *arguments)
        return (time.perf_counter() - began) * 1000

    return Cost(len(page.items), pages, min([await once() for _ in range(ROUNDS)]))


async def costs(world: Settings, products: int, monkeypatch: pytest.MonkeyPatch) -> Costs:
    async with catalogue_of(world, products, WORDS) as connection:
        found: Costs = {}
        for plan in ("force_custom_plan", "force_generic_plan"):
            await connection.execute(f"SET plan_cache_mode = {plan}")
            for order in ORDERS:
                for words in dict.fromkeys(word for pair in SEARCHES for word in pair):
                    query = ShelfQuery(words=words, order=order)
                    found[order, words, plan] = await cost_of(connection, query, monkeypatch)
        return found


async def test_a_search_costs_its_page_and_not_the_catalogue(world: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = await costs(world, FEW, monkeypatch), await costs(world, MANY, monkeypatch)
    for (order, words, plan), among_many in many.items():
        for among_few in [few[order, other, plan] for this, other in SEARCHES if this == words]:
            print(
                f"{plan:18} {order:7} {words:10} {among_few.pages:4} and {among_many.pages:4} pages,"
                f" {among_few.milliseconds:.2f} and {among_many.milliseconds:.2f} ms,"
                f" {among_many.milliseconds / among_few.milliseconds:.2f}"
            )
            assert among_many.shown == among_few.shown, words
            ratio = RATIO_OF_LOOKALIKES if words in LOOKALIKES else RATIO
            assert among_many.pages <= ratio * among_few.pages + DEEPER, words
