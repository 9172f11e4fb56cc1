"""Requests of an installation that knew neither parts nor kept what was declared: what becomes of them."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from foundation.settings import Settings
from server.migrate import FOLDER, sql_of

BEFORE = "0023"
"""The first migration that such an installation lacks."""
ASKED = """
INSERT INTO disclosure (id, kind, member_id, baby_id, purpose, asked_by_id, asked_as, decided_by_id, decided_at,
                        granted, open_until)
SELECT gen_random_uuid(), $1::text, gen_random_uuid(), CASE WHEN $1 = 'baby_details' THEN gen_random_uuid() END,
       $2, gen_random_uuid(), 'administrator',
       CASE WHEN $1 = 'baby_details' AND $3::bool IS NOT NULL THEN gen_random_uuid() END,
       CASE WHEN $3 IS NOT NULL THEN now() END, $3, CASE WHEN $3 THEN now() + interval '30 minutes' END
"""
LOOKED = "INSERT INTO disclosure_look (id, disclosure_id) SELECT gen_random_uuid(), id FROM disclosure WHERE granted"
FOUND = """
SELECT kind, granted, parts, granted_parts, asked_unrelated, decided_unrelated,
       ARRAY(SELECT part FROM disclosure_look WHERE disclosure_id = disclosure.id) AS looked_at
  FROM disclosure ORDER BY kind, granted NULLS FIRST
"""


@pytest_asyncio.fixture(loop_scope="session")
async def older(world: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A database as it was before."""
    name = f"test_{uuid4().hex[:12]}"
    owner = await asyncpg.connect(world.database_url)
    await owner.execute(f"CREATE DATABASE {name}")
    connection = await asyncpg.connect(urlunsplit(urlsplit(world.database_url)._replace(path=f"/{name}")))
    await _apply(connection, older=True)
    yield connection
    await connection.close()
    await owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await owner.close()


async def _apply(connection: asyncpg.Connection, *, older: bool) -> None:
    for name in sorted(path.stem for path in FOLDER.glob("[0-9]*.py")):
        if (name < BEFORE) is older:
            async with connection.transaction():
                await connection.execute(sql_of(name))


async def test_what_was_known_of_them_is_written_down(older: asyncpg.Connection) -> None:
    # Whom and what they are about is nothing to this; their references are not looked after.
    await older.execute("SET session_replication_role = replica")
    for granted in (None, False, True):
        await older.execute(ASKED, "baby_details", "baby_service", granted)
    await older.execute(ASKED, "member_phone", "complaint", True)
    await older.execute(LOOKED)
    await older.execute("SET session_replication_role = origin")
    await _apply(older, older=False)
    assert [tuple(row.values()) for row in await older.fetch(FOUND)] == [
        ("baby_details", None, ["details"], [], True, None, []),
        ("baby_details", False, ["details"], [], True, None, []),
        ("baby_details", True, ["details"], ["details"], True, True, ["details"]),
        ("member_phone", True, [], [], None, None, [None]),
    ]
    for statement in ("UPDATE disclosure SET granted_parts = '{}'", "UPDATE disclosure_look SET part = 'growth'"):
        with pytest.raises(asyncpg.RestrictViolationError):  # the guards are on again
            await older.execute(statement)
