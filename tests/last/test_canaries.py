"""Nothing of what people told us lies about: not in the log, Redis, the jobs, the files, the metrics or a
stolen dump.

These tests run last (`tests/conftest.py`), and look for every canary of the run: those of the story that is told here,
and those of the makers. What is found is a leak; the failure names what it was and where.
"""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import httpx
import pytest_asyncio

from foundation import database
from foundation.data_map import Column, Table
from foundation.settings import Settings
from membership.privacy.sealing_old import OLD_TEXTS
from server import data_map
from tests import canary_places, canary_search
from tests.canary_places import Haystacks
from tests.makers import whole_life, whole_life_babies, whole_life_staff, whole_life_tills

CHAPTERS: tuple[whole_life.Chapter, ...] = (
    whole_life.profile,
    whole_life.delivery,
    whole_life.virtual_goods,
    whole_life.pick_up,
    whole_life.flash_sale,
    whole_life.survey,
    whole_life.friend,
    whole_life.word_to_wechat,
    whole_life.ban,
    whole_life_staff.points_by_hand,
    whole_life_staff.money_back,
    whole_life_staff.refused,
    whole_life.mistakes,
    whole_life_tills.till,
    whole_life_tills.coupons,
    whole_life_babies.children,
    whole_life_babies.told_discreetly,
    whole_life_babies.family,
    whole_life_babies.disclosures,
    whole_life_babies.export,
)
PERSONAL = ("personal", "sensitive", "health", "child")
"""Classes of the data map that say something of a person."""
EMPTIED = {f"{column.into.table}.{column.clear}" for column in OLD_TEXTS}
"""Columns of before that take no text any more: `tests/membership/privacy/test_sealing_old.py`."""
NO_WORDS = {
    "member.number": "a number by chance: the pseudonym under which everything else stands",
    "staff_user.name": "what somebody of the staff signs in with",
    "card_code_use.used_at": "a time, under the pseudonym",
    "coupon_checkout.lines": "articles, under the pseudonym",
    "payment.transaction_id": "a number of the provider's",
    "payment_refund.refund_id": "a number of the provider's",
    "purchase_receipt.occurred_on": "a day, under the pseudonym",
    "purchase_receipt.posted_amount_fen": "money, under the pseudonym",
    "purchase_event.occurred_at": "a time, under the pseudonym",
    "purchase_event.lines": "articles, under the pseudonym",
    "purchase_event.amount_fen": "money, under the pseudonym",
    "redemption.handed_over_at": "a time, under the pseudonym",
    "redemption.delivered_at": "a time, under the pseudonym",
}
"""Columns of those classes that are neither sealed nor a blind index: none that holds a phone, a name, a nickname, a
birth date, a due date, a measurement or an allergy. A time or an amount can be no canary, so they are counted here."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def heard(api: httpx.AsyncClient, standin: httpx.AsyncClient, world: Settings) -> Haystacks:
    """What Redis was told while the story was told."""
    async with canary_places.monitored(world) as heard:
        life = await whole_life.begin(api, standin, world)
        for chapter in CHAPTERS:
            await chapter(life)
    return heard


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def connection(world: Settings) -> AsyncIterator[asyncpg.Connection]:
    """The owner of the database, as a thief of its files would read it."""
    connection = await asyncpg.connect(world.database_url)
    yield connection
    await connection.close()


def _columns() -> Iterator[tuple[Table, Column]]:
    for table in data_map.whole().tables.values():
        for column in table.columns.values():
            yield table, column


async def test_every_personal_column_has_been_written_into(heard: Haystacks) -> None:
    """Else the search proves nothing of it.

    When this fails, a new column wants a line in `tests/makers/whole_life.py` or its neighbours."""
    asked = [
        (table.name, column.name)
        for table, column in _columns()
        if column.class_ in (*PERSONAL, "secret") and f"{table.name}.{column.name}" not in EMPTIED
    ]
    empty = await database.fetch(
        " UNION ALL ".join(
            f"SELECT '{table}.{column}' AS name WHERE NOT EXISTS (SELECT FROM {table} WHERE {column} IS NOT NULL)"  # noqa: S608  # ours
            for table, column in asked
        )
    )
    assert [row["name"] for row in empty] == []
    assert len(asked) > 40


def test_whatever_is_personal_is_sealed_or_argued() -> None:
    clear = {
        f"{table.name}.{column.name}"
        for table, column in _columns()
        if column.class_ in PERSONAL and column.sealed is None and not column.name.endswith("_index")
    }
    assert clear == NO_WORDS.keys() | EMPTIED


async def test_the_log_has_no_canary(heard: Haystacks) -> None:
    said = canary_places.logs()
    assert b'"event":"request"' in said[0][1], "nothing was captured: run without -s"
    assert canary_search.search_all(said) == {}


async def test_redis_has_no_canary(heard: Haystacks, world: Settings) -> None:
    assert b'"session:' in heard[0][1], "otherwise this shows nothing"
    assert canary_search.search_all([*heard, *await canary_places.redis_content(world)]) == {}


async def test_no_job_was_given_a_canary(heard: Haystacks, connection: asyncpg.Connection) -> None:
    payloads = await canary_places.jobs(connection)
    assert b"order_id" in b"".join(content for _, content in payloads), "otherwise this shows nothing"
    assert canary_search.search_all(payloads) == {}


async def test_no_file_has_a_canary(heard: Haystacks, world: Settings) -> None:
    """An export among them: it is sealed."""
    written = canary_places.files(world)
    assert len(written) > 0, "otherwise this shows nothing"
    assert canary_search.search_all(written) == {}


async def test_the_metrics_have_no_canary(heard: Haystacks, api: httpx.AsyncClient) -> None:
    assert canary_search.search_all(await canary_places.metrics(api)) == {}


async def test_a_stolen_dump_has_no_canary(heard: Haystacks, connection: asyncpg.Connection) -> None:
    assert canary_search.search_all(await canary_places.dump(connection)) == {}
