"""What the time limits are, who keeps them, whether any is overdue, and what was destroyed lately."""

from datetime import datetime

import msgspec

from foundation import data_map, database
from membership import babies
from membership.privacy import retention, watching

NIGHTLY = "retention.nightly"
OF_BABIES = (
    (retention.PREGNANCIES, "a year after the birth, or after the due date of a birth that was never told", NIGHTLY),
    (
        "baby",
        f"put away {babies.WITHDRAWN_DAYS} days after the authorization was taken back, {babies.EXPIRED_DAYS} after it"
        " ran out",
        "babies.lapse",
    ),
)
"""What no column tells, because the days are sealed: whether something is overdue only the jobs can say."""

DESTROYED = """
SELECT what, rule, sum(rows)::bigint AS rows, count(*) AS records, max(destroyed_at) AS last_at FROM destruction_record
 WHERE destroyed_at > now() - make_interval(days => $1) GROUP BY what, rule ORDER BY what, rule
"""


class RuleReport(msgspec.Struct, frozen=True, kw_only=True):
    """One time limit: which job keeps it, and how many rows are two days older than they may become."""

    name: str
    rule: str
    job: str
    overdue: int


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
    rules = [
        RuleReport(
            name=rule.name,
            rule=rule.after.in_words,
            job=rule.after.job or NIGHTLY,
            overdue=overdue.get(rule.name, 0),
        )
        for rule in data_map.current().rules()
    ]
    rules += [RuleReport(name=name, rule=rule, job=job, overdue=0) for name, rule, job in OF_BABIES]
    return RetentionReport(
        seconds_since_last_run=seconds,
        is_late=watching.is_late(seconds),
        rules=rules,
        destroyed=[Destroyed(**dict(row)) for row in await database.fetch(DESTROYED, days)],
    )
