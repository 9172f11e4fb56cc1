"""What the time limits are, when each was last kept, what is the oldest left, and what was destroyed lately."""

from datetime import datetime

import msgspec

from foundation import data_map, database
from foundation.data_map import Rule
from membership import babies, notifications
from membership.privacy import retention, watching

OF_SEALED = (
    (
        "baby",
        f"put away {babies.WITHDRAWN_DAYS} days after the authorization was taken back, {babies.EXPIRED_DAYS} after it"
        " ran out",
        retention.LAPSE,
    ),
    (
        "pregnancy",
        "a year after the birth, or after the due date of a birth that was never told; how early a preterm child came,"
        " at its fifth birthday",
        retention.VOID,
    ),
    ("discreet_inbox.content_sealed", f"{notifications.KEPT_DAYS} days after a message came", retention.TIDY),
)
"""What no column tells, because the days are sealed: how old the oldest is only the works can say."""

OLDEST = """
SELECT greatest(extract(epoch FROM now() - min({by})::timestamptz)::float8 / 86400, 0)
  FROM {table} WHERE {kept} AND ({only})
"""
DESTROYED = """
SELECT what, rule, sum(rows)::bigint AS rows, count(*) AS records, max(destroyed_at) AS last_at FROM destruction_record
 WHERE destroyed_at > now() - make_interval(days => $1) GROUP BY what, rule ORDER BY what, rule
"""


class RuleReport(msgspec.Struct, frozen=True, kw_only=True):
    """One time limit and how the work of this name keeps it.

    `oldest_days`: the age of the oldest row left, as the rule counts it; None when there is none, or when nobody can
    tell. `overdue`: how many rows are two days older than they may become; 1001 are many.
    """

    name: str
    rule: str
    work: str
    run: watching.LastRun
    oldest_days: float | None = None
    overdue: int = 0

    @property
    def is_late(self) -> bool:
        """It was not kept for 26 hours, or rows are overdue."""
        return self.run.is_late or self.overdue > 0


class Destroyed(msgspec.Struct, frozen=True, kw_only=True):
    """What was destroyed by one rule."""

    what: str
    rule: str
    rows: int
    records: int
    last_at: datetime


class RetentionReport(msgspec.Struct, frozen=True, kw_only=True):
    """Where the time limits stand; `destroyed` of so many days as were asked for."""

    seconds_since_last_run: float
    is_late: bool
    rules: list[RuleReport]
    destroyed: list[Destroyed]


async def report(days: int = 30) -> RetentionReport:
    """For commands: it needs the data map."""
    seconds = await watching.seconds_since_last_run()
    overdue = await retention.overdue()
    runs = await watching.last_runs()
    rules = [
        RuleReport(
            name=rule.name,
            rule=rule.after.in_words,
            work=rule.work,
            run=runs[rule.work],
            oldest_days=await _oldest(rule),
            overdue=overdue.get(rule.name, 0),
        )
        for rule in data_map.current().rules()
    ]
    rules += [RuleReport(name=name, rule=rule, work=work, run=runs[work]) for name, rule, work in OF_SEALED]
    return RetentionReport(
        seconds_since_last_run=seconds,
        is_late=watching.is_late(seconds),
        rules=rules,
        destroyed=[Destroyed(**dict(row)) for row in await database.fetch(DESTROYED, days)],
    )


async def _oldest(rule: Rule) -> float | None:
    kept = "true" if rule.column is None else f"{rule.column} IS NOT NULL"
    statement = OLDEST.format(table=rule.table, by=rule.after.by, kept=kept, only=rule.after.only or "true")
    days: float | None = await database.fetchval(statement)
    return days
