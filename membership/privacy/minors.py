"""The figures of the yearly audit of children's data, from the tables themselves. No child is opened for it.

A year is one of Asia/Shanghai. What lies in the past is counted in that year; how many there are is counted as it is
now, because nothing in clear says when a child was written down.
"""

from datetime import UTC, date, datetime, timedelta

import msgspec

from foundation import clock, data_map, database
from membership.privacy import minors_statements as sql
from membership.privacy import retention_report, watching
from membership.privacy.retention_report import RuleReport

ANSWER_WITHIN = timedelta(days=15)
"""What somebody asks for by right is answered by then."""

Rows = list[dict[str, object]]


class ChildColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column that says something of a child: what, what for and for how long, as the data map tells an authority."""

    column: str
    audit: data_map.Audit
    basis: str
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
    texts: Rows
    audit: dict[str, object]
    partners: int
    limits: list[RuleReport]
    """The time limits of what says something of a child, as they stand now."""
    columns: list[ChildColumn]


async def minors_report(year: int) -> MinorsReport:
    """For a command: it needs the data map, and reads whole tables."""
    span = clock.start_of_day(date(year, 1, 1)), clock.start_of_day(date(year + 1, 1, 1))
    return MinorsReport(
        year=year,
        made_at=datetime.now(UTC),
        children=await _row(sql.CHILDREN),
        unauthorized=await database.fetchval(sql.UNAUTHORIZED),
        shares=await _rows(sql.SHARES),
        given=await _rows(sql.GIVEN, *span),
        ended=await _rows(sql.ENDED, *span),
        purposes=await _rows(sql.PURPOSES, *span),
        disclosures=await _rows(sql.DISCLOSURES, *span),
        parts=await _rows(sql.PARTS, *span),
        runs=await _row(sql.RUNS, *span, watching.ALARM_AFTER),
        destroyed=await _rows(sql.DESTROYED, *span),
        exports=await _row(sql.EXPORTS, *span),
        deletions=await _row(sql.DELETIONS, *span, ANSWER_WITHIN),
        staff=await _rows(sql.STAFF, *span),
        rotations=await database.fetchval(sql.ROTATIONS, *span),
        texts=await _rows(sql.TEXTS),
        audit=await _row(sql.AUDIT, *span),
        partners=await database.fetchval(sql.PARTNERS),
        limits=await _limits(),
        columns=_child_columns(),
    )


def _child_columns() -> list[ChildColumn]:
    return [
        ChildColumn(
            column=f"{table.name}.{column.name}",
            audit=column.audit,
            basis=column.basis,
            sealed=column.sealed is not None,
        )
        for table in data_map.current().tables.values()
        for column in table.columns.values()
        if column.class_ == "child" and column.audit is not None
    ]


async def _limits() -> list[RuleReport]:
    tables = {each.column.partition(".")[0] for each in _child_columns()} | {"pregnancy"}
    report = await retention_report.report()
    return [rule for rule in report.rules if rule.name.partition(".")[0] in tables]


async def _row(query: str, *arguments: object) -> dict[str, object]:
    row = await database.fetchrow(query, *arguments)
    assert row is not None, "a sum is a row"
    return dict(row)


async def _rows(query: str, *arguments: object) -> Rows:
    return [dict(row) for row in await database.fetch(query, *arguments)]
