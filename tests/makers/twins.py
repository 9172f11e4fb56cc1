"""Makers: two children of whom everything differs that a mother may say, and what a thief of the database sees of each.

A date or a weight is no canary: it may stand in any row. So we ask otherwise: does anything that is not sealed depend
on what was said? Two mothers do the same, one after the other, and differ in their children alone. What the database
holds of the one must be what it holds of the other, but for ids, times of writing and the noise of sealing.
"""

import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from foundation import clock
from tests import canary_places
from tests.makers.members import MadeMember, agree_to_privacy, make_member

Child = dict[str, Any]
Sight = Counter[tuple[str, tuple[tuple[str, str], ...]]]

LATELY = timedelta(hours=2)
"""A time so near is that of a writing, and no birth."""
UUIDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}")
OWN_BY_CHANCE = ("member.number",)
"""Columns of random content that are no ids."""


def of(age_days: int, due_in_days: int, **details: object) -> list[Child]:
    """A child and a pregnancy as her mini-program sends them."""
    today = clock.today()
    child = {"birth_date": str(today - timedelta(days=age_days)), **details}
    return [child, {"nickname": "豆豆", "due_date": str(today + timedelta(days=due_in_days))}]


async def live(api: httpx.AsyncClient, children: list[Child], weight_g: int, measured_days_ago: int) -> MadeMember:
    """A mother who says all this, over HTTP."""
    mother = await make_member()
    await agree_to_privacy(mother.id)

    async def ask(method: str, path: str, body: object) -> Any:
        answer = await api.request(method, path, json=body, headers=mother.headers)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()

    version = (await api.get("/api/v1/authorization-text")).json()["version"]
    letter = {"version": version, "purposes": ["service"], "is_guardian": True}
    await ask("PUT", "/api/v1/me/authorization", letter)
    added = await ask("POST", "/api/v1/babies", {"babies": children})
    path = f"/api/v1/babies/{added['items'][0]['id']}"
    day = str(clock.today() - timedelta(days=measured_days_ago))
    await ask("POST", f"{path}/growth", {"measured_on": day, "weight_g": weight_g, "length_mm": weight_g // 10})
    born = children[0]["birth_date"]
    dose = {"given_on": born, "doses": [{"series": "HepB", "number": 1}]}
    await api.post(f"{path}/vaccinations", json=dose, headers=mother.headers | {"Idempotency-Key": str(mother.id)})
    return mother


async def sight(connection: asyncpg.Connection, member_id: UUID, *only: str) -> Sight:
    """Every row that leads to her, directly or by a row of hers, without what is sealed: by table, how many.

    With `only`, those of these tables that name her themselves."""
    found = await leading_to(connection, member_id, *only)
    return Counter((table, _plain(table, row)) for table, row in found)


async def leading_to(connection: asyncpg.Connection, member_id: UUID, *only: str) -> list[tuple[str, asyncpg.Record]]:
    """The same rows with everything in them, by table."""
    tables = only or [r["name"] for r in await connection.fetch(canary_places.TABLES) if r["schema"] == "public"]
    rows: dict[tuple[str, str], asyncpg.Record] = {}
    known, new = set[str](), {str(member_id)}
    while new:
        found = []
        for table in tables:
            for row in await connection.fetch(
                f"SELECT t.ctid::text AS at, t.* FROM {table} t WHERE t::text ~ $1",  # noqa: S608  # their own names
                "|".join(new),
            ):
                rows[table, row["at"]] = row
                found.append(row)
        known |= new
        new = set() if only else {str(row["id"]) for row in found if isinstance(row.get("id"), UUID)} - known
    return [(table, row) for (table, _), row in rows.items()]


def _plain(table: str, row: asyncpg.Record) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, _seen(value))
        for name, value in row.items()
        if name not in ("at", "id") and f"{table}.{name}" not in OWN_BY_CHANCE
    )


def _seen(value: object) -> str:
    match value:
        case UUID():
            return "an id"
        case bytes():
            return f"{len(value)} bytes"
        case datetime() if abs(clock.now() - value) < LATELY:
            return "lately"
        case datetime():
            return str(value.date())
        case date() | None:
            return str(value)
        case _:
            return UUIDS.sub("an id", str(value))
