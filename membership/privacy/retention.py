"""The nightly job of the time limits: what the data map gives a number of days, and pregnancies a year later.

Rows go in short transactions, each with its line in the record of destructions; a row that somebody is writing is left
for the next night. A run that fails at something goes on with everything else and does not count as one: a day later
`watching` raises the alarm.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from foundation import data_map, database
from foundation.data_map import Rule
from foundation.transactions import transactional
from membership import babies
from membership.privacy.destructions import record

BATCH = 1_000
GRACE_DAYS = 2
"""What is older than its limit by this has been forgotten by the job that should have deleted it."""
PREGNANCIES = "pregnancies"

OLD = "{by} < now() - make_interval(days => $1) AND ({only})"
# Locked first, so that a row that was written meanwhile is looked at again; one that is being written is passed over.
DELETE = """
WITH old AS (SELECT {key} FROM {table} WHERE {old} LIMIT $2 FOR UPDATE SKIP LOCKED)
DELETE FROM {table} USING old WHERE {table}.{key} = old.{key} RETURNING {table}.{key}::text AS id
"""
EMPTY = """
WITH old AS (SELECT {key} FROM {table} WHERE {old} LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED)
UPDATE {table} SET {column} = NULL FROM old WHERE {table}.{key} = old.{key} RETURNING {table}.{key}::text AS id
"""
OVERDUE = "SELECT count(*) FROM (SELECT FROM {table} WHERE {old} LIMIT 1001) overdue"
PRIMARY_KEY = """
SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
 WHERE indrelid = $1::regclass AND indisprimary
"""

log = structlog.get_logger("retention")


class RetentionFailed(Exception):
    """Some rules could not be applied; the log says why. All others were."""


async def apply_time_limits() -> dict[str, int]:
    """Applies every time limit that is nobody else's; by rule, how much was destroyed. Again: nothing is left to do.

    Raises `RetentionFailed` after everything was tried.
    """
    run_id = await database.fetchval("INSERT INTO retention_run DEFAULT VALUES RETURNING id")
    done, failed = {}, []
    for name, work in _works().items():
        try:
            done[name] = await work()
        except Exception:
            log.exception("retention_rule_failed", rule=name)
            failed.append(name)
    for name, rows in (await overdue()).items():
        log.error("retention_overdue", rule=name, rows=rows)
    if failed:
        raise RetentionFailed(", ".join(failed))
    await database.execute("UPDATE retention_run SET finished_at = clock_timestamp() WHERE id = $1", run_id)
    return done


async def overdue() -> dict[str, int]:
    """By rule, how many rows are two days older than they may become; 1001 are many. Only rules of which there are."""
    found = {}
    for rule in data_map.current().rules():
        statement = OVERDUE.format(table=rule.table, old=_old(rule))
        rows = await database.fetchval(statement, rule.after.days + GRACE_DAYS)
        if rows:
            found[rule.name] = rows
    return found


async def apply(rule: Rule, batch: int = BATCH) -> int:
    """Deletes the rows that a rule means, or empties its column in them, `batch` in a transaction; how many."""
    key = await database.fetchval(PRIMARY_KEY, rule.table)
    template = DELETE if rule.column is None else EMPTY
    statement = template.format(table=rule.table, column=rule.column, key=key, old=_old(rule))
    total = 0
    while destroyed := await _apply_to_batch(rule, statement, batch):
        total += destroyed
    return total


def _works() -> dict[str, Callable[[], Awaitable[int]]]:
    works: dict[str, Callable[[], Awaitable[int]]] = {PREGNANCIES: _void_pregnancies}
    for rule in data_map.current().rules():
        if rule.after.job is None:
            works[rule.name] = lambda rule=rule: apply(rule)  # type: ignore[misc]  # bound now, not when called
    return works


async def _void_pregnancies() -> int:
    total = 0
    after: UUID | None = UUID(int=0)
    while after is not None:
        batch = await babies.void_pregnancies(after)
        total += len(batch.voided) + len(batch.destroyed)
        after = batch.next_after
    return total


@transactional
async def _apply_to_batch(rule: Rule, statement: str, batch: int) -> int:
    rows = await database.fetch(statement, rule.after.days, batch)
    if rows:
        await record(rule.name, rule.after.in_words, [row["id"] for row in rows])
    return len(rows)


def _old(rule: Rule) -> str:
    condition = OLD.format(by=rule.after.by, only=rule.after.only or "true")
    return condition if rule.column is None else f"{rule.column} IS NOT NULL AND {condition}"
