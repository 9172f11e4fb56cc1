"""`python -m tests.bench.stages`: tonight's walk over a million babies, each opened, for the stage it enters.

Plants them with keys of their own, their mothers with authorizations, and the stages of yesterday as told; then a
worker's walk is timed, and its memory watched. `python -m tests.bench.stages 50000` plants as many. The seconds of
the processor say the same on a busy machine.
"""

import random
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from foundation import clock, database
from foundation.secrets import vault
from foundation.settings import load_settings
from membership.babies import BabyDetails, entering, walking
from membership.babies.records import seal_details
from membership.babies.stages import stage_on
from server import house
from server.worker import STATEMENT_MILLISECONDS
from tests.bench import meter
from tests.bench.own_house import Environment, run

BABIES = 1_000_000
PREGNANCIES = 0.3
MOST_SECONDS = 120.0
CHUNK = 10_000

# What a reference costs to check a million times is of no interest here, so the triggers rest.
QUIET = "SET session_replication_role = replica"
MOTHERS = """
INSERT INTO member (id, number, status, origin, data_key)
SELECT gen_random_uuid(), (100000000000 + n)::text, 'active', 'wechat', '\\x00'::bytea
  FROM generate_series(1, $1::int) n
RETURNING id
"""
GIVEN = """
INSERT INTO given_authorization (id, is_guardian, valid_until, member_id, text_id)
SELECT gen_random_uuid(), true, now() + interval '300 days', member.id, (SELECT max(version) FROM authorization_text)
  FROM member
"""
TICKED = """
INSERT INTO authorized_purpose (id, purpose, authorization_id)
SELECT gen_random_uuid(), purpose, given.id
  FROM given_authorization given, unnest(ARRAY['service', 'marketing']) purpose
"""

# Beyond the primary keys; they are made again when all rows are there.
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('baby', 'baby_stage') AND indexname NOT LIKE '%_pkey'
"""

Row = tuple[Any, ...]


async def plant(connection: asyncpg.Connection, babies: int) -> None:
    """Babies of every age; nine in ten mothers have one, the others two."""
    await connection.execute(QUIET)
    rows = await connection.fetch(MOTHERS, babies - babies // 11)
    await connection.execute(GIVEN)
    await connection.execute(TICKED)
    mothers = [row["id"] for row in rows]
    indexes = await connection.fetch(INDEXES)
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['indexname']}")
    owners = [(mother, 1) for mother in mothers] + [(mother, 2) for mother in mothers[: babies - len(mothers)]]
    for first in range(0, babies, CHUNK):
        made = [_baby(mother, place) for mother, place in owners[first : first + CHUNK]]
        await connection.copy_records_to_table(
            "baby",
            records=[baby for baby, _ in made],
            columns=("id", "member_id", "status", "place", "data_key", "details_sealed"),
        )
        stages = [stage for _, stage in made]
        await connection.copy_records_to_table("baby_stage", records=stages, columns=("id", "baby_id", "heard"))
    for index in indexes:
        await connection.execute(index["indexdef"])
    await connection.execute("VACUUM ANALYZE")


def _baby(mother: UUID, place: int) -> tuple[Row, Row]:
    """Her row, and that of the stage she was in yesterday."""
    baby_id, details = uuid4(), next(_DETAILS)
    keyring, stored = vault().new_keyring()
    baby = (baby_id, mother, "open", place, stored, seal_details(keyring, baby_id, details))
    yesterday = clock.today() - timedelta(days=1)
    return baby, (entering.mark(baby_id, stage_on(details, yesterday)), baby_id, True)


def _details() -> Iterator[BabyDetails]:
    chance = random.Random(2026)  # figures that are the same in every run
    today = clock.today()
    while True:
        if chance.random() < PREGNANCIES:
            due = today + timedelta(days=280 - chance.randrange(1, 294))
            last_period = due - timedelta(days=280)
            yield BabyDetails(
                nickname="豆豆", due_date=due, due_date_from="last_period", last_period=last_period, cycle_days=28
            )
        else:
            yield BabyDetails(
                nickname="小核桃",
                sex=chance.choice(("girl", "boy")),
                birth_date=today - timedelta(days=chance.randrange(1, 2191)),
                gestation_days_at_birth=chance.randrange(230, 290),
                feeding="mixed",
                formula_share_percent=40,
                allergies=("egg",),
                formula_sku="6901234567890",
                formula_stage=2,
            )


_DETAILS = _details()


async def walk(environment: Environment, babies: int) -> float:
    """Plants, walks, prints; the seconds of the walk."""
    settings = load_settings(environment)
    await house.up(settings, statement_milliseconds=STATEMENT_MILLISECONDS)
    try:
        began = time.perf_counter()
        connection = await database.connect_apart(settings, statement_milliseconds=0)
        await plant(connection, babies)
        await connection.close()
        meter.say(f"planted {babies:,} babies", began)
        return await _timed(babies)
    finally:
        await house.down()


async def _timed(babies: int) -> float:
    async def night() -> str:
        assert await walking.begin(), "tonight's walk has begun before"
        await walking.walk(walking.Walk(clock.today()))
        entered = await database.fetchval("SELECT count(*) FROM baby_stage WHERE NOT heard")
        return f"{entered:,} entered a stage"

    return await meter.measure("walked", babies, night)


def main() -> int:
    babies = int(sys.argv[1]) if len(sys.argv) > 1 else BABIES

    async def measure(environment: Environment) -> float:
        return await walk(environment, babies)

    seconds = run(measure)
    at_most = MOST_SECONDS * max(1.0, babies / BABIES)
    sys.stdout.write(f"{'within' if seconds <= at_most else 'NOT within'} {at_most:.0f} s\n")
    return int(seconds > at_most)


if __name__ == "__main__":
    sys.exit(main())
