"""The nightly job of the time limits: whatever the data map gives a number of days; babies and boxes by own works.

Nobody else deletes by age: so every limit is kept by one hand, has its last run written down, and is on one report.

Rows go in short transactions; whatever says something of people leaves its line in the record of destructions in the
same one. A row that somebody is writing is left for the next night. A run that fails at something goes on with
everything else and does not count as one: a day later `watching` raises the alarm.
"""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import structlog

from foundation import data_map, database
from foundation.data_map import Rule
from foundation.transactions import transactional
from membership import babies, notifications
from membership.privacy.destructions import record

BATCH = 5_000
GRACE_DAYS = 2
"""What is older than its limit by this should have been gone for two nights."""
LAPSE, DESTROY, VOID = "babies.lapse", "babies.destroy", "babies.void_pregnancies"
TIDY = "notifications.tidy"

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
KEPT = """
INSERT INTO retention_rule_run (work, finished_at, rows) VALUES ($1, clock_timestamp(), $2)
ON CONFLICT (work) DO UPDATE SET finished_at = EXCLUDED.finished_at, rows = EXCLUDED.rows
"""
PRIMARY_KEY = """
SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
 WHERE indrelid = $1::regclass AND indisprimary
"""

log = structlog.get_logger("retention")

Work = Callable[[], Awaitable[int]]
Heard = Callable[[str, int | None], object]


class RetentionFailed(Exception):
    """Some rules could not be applied; the log says why. All others were."""


async def apply_time_limits(heard: Heard = lambda _name, _rows: None) -> dict[str, int]:
    """Applies every time limit; by work, how much was destroyed, voided or put away. Again: nothing is left to do.

    `heard` is told each work when it begins (with None) and when it is done. Raises `RetentionFailed` after everything
    was tried.
    """
    run_id = await database.fetchval("INSERT INTO retention_run DEFAULT VALUES RETURNING id")
    done, failed = {}, []
    for name, work in works().items():
        try:
            heard(name, None)
            done[name] = await work()
            heard(name, done[name])
            await database.execute(KEPT, name, done[name])
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
        statement = OVERDUE.format(table=rule.table, old=old(rule))
        rows = await database.fetchval(statement, rule.after.days + GRACE_DAYS)
        if rows:
            found[rule.name] = rows
    return found


async def apply(rule: Rule, batch: int = BATCH) -> int:
    """Deletes the rows that a rule means, or empties its column in them, `batch` in a transaction; how many."""
    key = await database.fetchval(PRIMARY_KEY, rule.table)
    template = DELETE if rule.column is None else EMPTY
    statement = template.format(table=rule.table, column=rule.column, key=key, old=old(rule))
    total = 0
    while destroyed := await _apply_to_batch(rule, statement, batch):
        total += destroyed
    return total


def works() -> Mapping[str, Work]:
    """All that the job does, by name; of each the last run is written down."""
    named = dict(OWN_WORKS)
    for rule in data_map.current().rules():
        if rule.after.work is None:
            named[rule.name] = lambda rule=rule: apply(rule)  # type: ignore[misc]  # bound now, not when called
    return named


async def _void_pregnancies() -> int:
    total = 0
    after: UUID | None = UUID(int=0)
    while after is not None:
        batch = await babies.void_pregnancies(after)
        total += len(batch.voided) + len(batch.destroyed)
        after = batch.next_after
    return total


OWN_WORKS: Mapping[str, Work] = {
    LAPSE: babies.put_away_lapsed,
    DESTROY: babies.destroy_due,
    VOID: _void_pregnancies,
    TIDY: notifications.tidy,
}
"""What takes more than a statement. Those of babies tell `destructions` what they destroyed; old messages leave no
record, for most of them make room for new ones before."""


DONE: Mapping[str, str] = {
    LAPSE: "babies put away, whose authorization ended long ago",
    DESTROY: "babies destroyed, put away seven days ago",
    VOID: "pregnancies voided; what is known of a child stays, and where no birth was told nothing does",
    TIDY: "boxes out of which old messages went",
}


def done_in_words(name: str, rows: int) -> str:
    """What a work did, as an operator reads it."""
    return f"{rows} {DONE.get(name) or ('values emptied' if '.' in name else 'rows deleted')}"


@transactional
async def _apply_to_batch(rule: Rule, statement: str, batch: int) -> int:
    rows = await database.fetch(statement, rule.after.days, batch)
    if rows and data_map.current().tables[rule.table].is_of_people:
        await record(rule.name, rule.after.in_words, [row["id"] for row in rows])
    return len(rows)


def old(rule: Rule) -> str:
    """The condition for what is too old; $1 are the days."""
    condition = OLD.format(by=rule.after.by, only=rule.after.only or "true")
    return condition if rule.column is None else f"{rule.column} IS NOT NULL AND {condition}"
