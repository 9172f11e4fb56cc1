"""The figures of the yearly audit of children's data, from the tables themselves. No child is opened for it.

A year is one of Asia/Shanghai. What lies in the past is counted in that year; how many there are is counted as it is
now, because nothing in clear says when a child was written down.
"""

from datetime import UTC, date, datetime

import msgspec

from foundation import clock, data_map, database

CHILDREN = """
SELECT count(*) FILTER (WHERE status = 'open') AS kept, count(*) FILTER (WHERE status = 'hidden') AS waiting,
       count(*) FILTER (WHERE status = 'destroyed') AS destroyed,
       count(DISTINCT member_id) FILTER (WHERE status = 'open') AS guardians
  FROM baby
"""
UNAUTHORIZED = """
SELECT count(*) FROM baby WHERE status = 'open' AND NOT EXISTS (
  SELECT FROM given_authorization given WHERE given.member_id = baby.member_id AND given.ended_at IS NULL
     AND given.valid_until > now())
"""
SHARES = "SELECT role, count(*) AS shares FROM baby_share GROUP BY role ORDER BY role"
GIVEN = """
SELECT text_id AS version, count(*) AS given, count(*) FILTER (WHERE is_guardian) AS by_guardians
  FROM given_authorization WHERE given_at >= $1 AND given_at < $2 GROUP BY text_id ORDER BY text_id
"""
ENDED = """
SELECT ended_because AS because, count(*) AS ended
  FROM given_authorization WHERE ended_at >= $1 AND ended_at < $2 GROUP BY ended_because ORDER BY ended_because
"""
PURPOSES = """
SELECT ticked.purpose, count(*) FILTER (WHERE given.given_at >= $1 AND given.given_at < $2) AS given,
       count(*) FILTER (WHERE ticked.withdrawn_at >= $1 AND ticked.withdrawn_at < $2) AS withdrawn,
       count(*) FILTER (WHERE ticked.withdrawn_at IS NULL AND given.ended_at IS NULL AND given.valid_until > now())
         AS standing
  FROM authorized_purpose ticked JOIN given_authorization given ON given.id = ticked.authorization_id
 GROUP BY ticked.purpose ORDER BY ticked.purpose
"""
DISCLOSURES = """
SELECT asked.purpose, asked.asked_as AS role, count(*) AS asked, count(*) FILTER (WHERE asked.granted) AS granted,
       count(*) FILTER (WHERE asked.granted IS FALSE) AS refused,
       count(*) FILTER (WHERE asked.granted
         AND (asked.decided_by_id IS NULL OR asked.decided_by_id = asked.asked_by_id)) AS alone,
       count(*) FILTER (WHERE asked.asked_unrelated) AS asked_unrelated,
       count(*) FILTER (WHERE asked.decided_unrelated) AS decided_unrelated,
       coalesce(sum(looks.looks), 0)::bigint AS looks
  FROM disclosure asked
  LEFT JOIN LATERAL (SELECT count(*) AS looks FROM disclosure_look WHERE disclosure_id = asked.id) looks ON true
 WHERE asked.baby_id IS NOT NULL AND asked.asked_at >= $1 AND asked.asked_at < $2
 GROUP BY asked.purpose, asked.asked_as ORDER BY asked.purpose, asked.asked_as
"""
PARTS = """
SELECT part.part, count(*) AS asked, count(*) FILTER (WHERE part.part = ANY(asked.granted_parts)) AS granted,
       coalesce(sum(looks.looks), 0)::bigint AS looks
  FROM disclosure asked CROSS JOIN LATERAL unnest(asked.parts) AS part (part)
  LEFT JOIN LATERAL (
    SELECT count(*) AS looks FROM disclosure_look look WHERE look.disclosure_id = asked.id AND look.part = part.part
  ) looks ON true
 WHERE asked.asked_at >= $1 AND asked.asked_at < $2
 GROUP BY part.part ORDER BY part.part
"""
RUNS = """
SELECT count(*) AS begun, count(finished_at) AS finished,
       max(extract(epoch FROM finished_at - before))::float8 / 3600 AS longest_gap_hours
  FROM (SELECT started_at, finished_at, lag(finished_at) OVER (ORDER BY finished_at) AS before FROM retention_run) run
 WHERE started_at >= $1 AND started_at < $2
"""
DESTROYED = """
SELECT what, rule, sum(rows)::bigint AS rows, count(*) AS records FROM destruction_record
 WHERE destroyed_at >= $1 AND destroyed_at < $2 GROUP BY what, rule ORDER BY what, rule
"""
EXPORTS = """
SELECT count(*) AS asked, count(ready_at) AS made, count(downloaded_at) AS fetched,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ready_at - requested_at))::float8
         AS median_seconds
  FROM data_export WHERE requested_at >= $1 AND requested_at < $2
"""
DELETIONS = """
SELECT count(*) FILTER (WHERE requested_at >= $1 AND requested_at < $2) AS asked,
       count(*) FILTER (WHERE cancelled_at >= $1 AND cancelled_at < $2) AS cancelled,
       count(*) FILTER (WHERE erased_at >= $1 AND erased_at < $2) AS done,
       max(extract(epoch FROM erased_at - requested_at)::float8) FILTER (WHERE erased_at >= $1 AND erased_at < $2)
         / 86400 AS longest_days
  FROM member_deletion
"""
STAFF = "SELECT role, count(*) AS people FROM staff_user WHERE active GROUP BY role ORDER BY role"
ROTATIONS = "SELECT count(*) FROM key_rotation WHERE finished_at >= $1 AND finished_at < $2"

Rows = list[dict[str, object]]


class ChildColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column that says something of a child, as the data map has it."""

    column: str
    purpose: str
    basis: str
    retention: str
    sealed: bool


class MinorsReport(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one year; rows are of the statements above, by their names."""

    year: int
    made_at: datetime
    children: dict[str, object]
    unauthorized: int
    shares: Rows
    given: Rows
    ended: Rows
    purposes: Rows
    disclosures: Rows
    parts: Rows
    runs: dict[str, object]
    destroyed: Rows
    exports: dict[str, object]
    deletions: dict[str, object]
    staff: Rows
    rotations: int
    columns: list[ChildColumn]


async def minors_report(year: int) -> MinorsReport:
    """For a command: it needs the data map, and reads whole tables."""
    span = clock.start_of_day(date(year, 1, 1)), clock.start_of_day(date(year + 1, 1, 1))
    return MinorsReport(
        year=year,
        made_at=datetime.now(UTC),
        children=await _row(CHILDREN),
        unauthorized=await database.fetchval(UNAUTHORIZED),
        shares=await _rows(SHARES),
        given=await _rows(GIVEN, *span),
        ended=await _rows(ENDED, *span),
        purposes=await _rows(PURPOSES, *span),
        disclosures=await _rows(DISCLOSURES, *span),
        parts=await _rows(PARTS, *span),
        runs=await _row(RUNS, *span),
        destroyed=await _rows(DESTROYED, *span),
        exports=await _row(EXPORTS, *span),
        deletions=await _row(DELETIONS, *span),
        staff=await _rows(STAFF),
        rotations=await database.fetchval(ROTATIONS, *span),
        columns=_child_columns(),
    )


def _child_columns() -> list[ChildColumn]:
    return [
        ChildColumn(
            column=f"{table.name}.{column.name}",
            purpose=column.purpose,
            basis=column.basis,
            retention=_in_words(column.retention),
            sealed=column.sealed is not None,
        )
        for table in data_map.current().tables.values()
        for column in table.columns.values()
        if column.class_ == "child"
    ]


def _in_words(retention: data_map.Retention) -> str:
    if isinstance(retention, data_map.After):
        return f"{retention.days}天"
    return f"随{retention.table}" if isinstance(retention, data_map.With) else "档案销毁时"


async def _row(query: str, *arguments: object) -> dict[str, object]:
    row = await database.fetchrow(query, *arguments)
    assert row is not None, "a sum is a row"
    return dict(row)


async def _rows(query: str, *arguments: object) -> Rows:
    return [dict(row) for row in await database.fetch(query, *arguments)]
