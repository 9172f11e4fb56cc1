"""Every time limit of the data map is kept: a row that is too old goes, a younger one stays, and the record knows.

The rows are written from the database's own description of their tables, so a limit that is new is tried as well, and
fails here as long as nothing keeps it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from foundation import database
from foundation.data_map import Rule
from foundation.transactions import transactional
from membership import privacy
from membership.privacy import retention, watching
from server import data_map

pytestmark = pytest.mark.usefixtures("world")

RULES = list(data_map.whole().rules())
MARGIN_DAYS = 2
"""Some limits are of whole days in Shanghai."""

# What a row needs beyond "something of its type" to be one that the limit means, in SQL; {at} is when its days began.
SHAPES: dict[str, dict[str, str]] = {
    "pgqueuer_log": {"status": "'queued'"},
    "notification": {"kind": "'test'"},
    "card_code_use": {"id": "(1e17 + random() * 1e15)::bigint"},
    "payment_notification": {"acted_at": "{at}"},
    "family_invitation": {"made_at": "{at} - interval '7 days'"},
    "data_export": {"status": "'expired'"},
    "baby.details_sealed": {"status": "'hidden'", "data_key": "'\\x00'", "details_sealed": "'\\x00'"},
    "disclosure.reason_sealed": {
        "kind": "'member_phone'",
        "purpose": "'complaint'",
        "asked_as": "'officer'",
        "reason_sealed": "'\\x00'",
    },
    "redemption.address_sealed": {
        "fulfilment": "'delivery'",
        "status": "'cancelled'",
        "cancelled_at": "{at}",
        "address_sealed": "'\\x00'",
        "money_fen": "0",
        "discount_fen": "0",
    },
}
COLUMNS = """
SELECT column_name AS name, data_type AS type FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL
   AND is_identity = 'NO'
"""
PLAIN = {
    "uuid": "gen_random_uuid()",
    "text": "md5(random()::text)",
    "character varying": "left(md5(random()::text), 6)",
    "bytea": "decode(md5(random()::text) || md5(random()::text), 'hex')",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "boolean": "false",
    "jsonb": "'{}'",
    "bigint": "1",
    "integer": "1",
    "smallint": "1",
}


@dataclass
class Aged:
    """A row whose days began so long ago."""

    key: str
    id: Any


@transactional
async def aged(rule: Rule, days: int) -> Aged:
    """Past the guards and the references: nobody's row, whose age alone matters."""
    await database.execute("SET LOCAL session_replication_role = replica")
    at = f"now() - make_interval(days => {days})"
    key = await database.fetchval(retention.PRIMARY_KEY, rule.table)
    values = {row["name"]: PLAIN.get(row["type"], "DEFAULT") for row in await database.fetch(COLUMNS, rule.table)}
    if rule.after.by.isidentifier():
        values[rule.after.by] = at
    values |= {name: value.format(at=at) for name, value in SHAPES.get(rule.name, {}).items()}
    statement = f"INSERT INTO {rule.table} ({', '.join(values)}) VALUES ({', '.join(values.values())}) RETURNING {key}"  # noqa: S608  # ours
    return Aged(key, await database.fetchval(statement))


async def is_there(rule: Rule, row: Aged) -> bool:
    """The row, or for a column that is emptied, its value."""
    kept = f"AND {rule.column} IS NOT NULL" if rule.column else ""
    return bool(await database.fetchval(f"SELECT true FROM {rule.table} WHERE {row.key} = $1 {kept}", row.id))  # noqa: S608  # ours


@transactional
async def clear(rule: Rule, *rows: Aged) -> None:
    """They lead to nobody, and other tests would stumble over them."""
    await database.execute("SET LOCAL session_replication_role = replica")
    for row in rows:
        await database.execute(f"DELETE FROM {rule.table} WHERE {row.key} = $1", row.id)  # noqa: S608  # ours


async def recorded(rule: Rule) -> int:
    what = "baby" if rule.table == "baby" else rule.name
    rows: int = await database.fetchval("SELECT coalesce(sum(rows), 0) FROM destruction_record WHERE what = $1", what)
    return rows


@pytest.mark.parametrize("rule", RULES, ids=lambda each: each.name)
async def test_the_old_goes_the_young_stays_and_the_record_knows(rule: Rule) -> None:
    old = await aged(rule, rule.after.days + MARGIN_DAYS)
    young = await aged(rule, rule.after.days - MARGIN_DAYS)
    before = await recorded(rule)
    try:
        assert [await is_there(rule, row) for row in (old, young)] == [True, True]
        destroyed = await retention.works()[rule.work]()
        assert [await is_there(rule, row) for row in (old, young)] == [False, True]
    finally:
        await clear(rule, old, young)
    assert destroyed >= 1
    of_people = data_map.whole().tables[rule.table].is_of_people
    assert await recorded(rule) - before == (destroyed if of_people else 0)


@pytest.mark.parametrize("rule", RULES, ids=lambda each: each.name)
async def test_what_is_old_is_found_along_an_index(rule: Rule) -> None:
    """Each night, in tables of a million members."""
    plan: list[str] = []

    @transactional
    async def explain() -> None:
        await database.execute("SET LOCAL enable_seqscan = off")
        statement = retention.OVERDUE.format(table=rule.table, old=retention.old(rule)).replace("$1", "7")
        plan.extend(row[0] for row in await database.fetch(f"EXPLAIN {statement}"))

    await explain()
    assert not [line for line in plan if "Seq Scan" in line], plan
    # The one that is named holds nothing but the orders that have an address yet.
    assert [line for line in plan if "Index Cond" in line or "redemption_with_address" in line], plan


async def test_the_report_tells_of_each_how_it_is_kept() -> None:
    """Its last run, with how many rows; the oldest that is left; whether it is late."""
    (rule,) = [each for each in RULES if each.name == "notification"]
    old, young = await aged(rule, 200), await aged(rule, 170)
    try:
        told = {each.name: each for each in (await privacy.report()).rules}["notification"]
        assert (told.oldest_days or 0) >= 199.9
        assert (told.overdue >= 1, told.is_late) == (True, True)
        await privacy.apply_time_limits()
        report = await privacy.report()
        told = {each.name: each for each in report.rules}["notification"]
        assert 169.9 <= (told.oldest_days or 0) < 181
        assert (told.overdue, told.is_late) == (0, False)
        assert told.run.finished_at is not None and (told.run.rows or 0) >= 1
    finally:
        await clear(rule, old, young)
    assert {each.name for each in report.rules} >= {each.name for each in RULES} | {"pregnancy", "baby"}
    assert [each.name for each in report.rules if each.run.finished_at is None or each.is_late] == []


async def test_a_work_that_was_not_done_for_26_hours_raises_the_alarm() -> None:
    """Also when all others were, and the job as a whole in time."""
    await privacy.apply_time_limits()
    said: list[bool] = []

    @transactional
    async def pass_the_time(hours: int) -> None:
        await database.execute(
            "UPDATE retention_rule_run SET finished_at = now() - make_interval(hours => $1) WHERE work = 'session'",
            hours,
        )
        said.append(await watching.watch())
        raise ItWasADream

    with capture_logs() as logs:
        for hours in (25, 27):
            with pytest.raises(ItWasADream):
                await pass_the_time(hours)
    assert said == [True, False]
    assert [log["rules"] for log in logs if log["event"] == "retention_rules_late"] == [["session"]]


async def test_a_work_that_is_new_is_late_when_the_whole_job_is() -> None:
    """It had no night yet; after one that ended it has its own mark."""
    await privacy.apply_time_limits()
    said: list[bool] = []

    @transactional
    async def forget_that_it_ran() -> None:
        await database.execute("DELETE FROM retention_rule_run WHERE work = 'session'")
        said.append((await watching.last_runs())["session"].is_late)
        await database.execute(
            "UPDATE retention_run SET started_at = started_at - $1::interval, finished_at = finished_at - $1::interval",
            timedelta(hours=27),
        )
        said.append((await watching.last_runs())["session"].is_late)
        raise ItWasADream

    with pytest.raises(ItWasADream):
        await forget_that_it_ran()
    assert said == [False, True]


class ItWasADream(Exception):
    """Takes back what happened in its transaction."""
