"""What the data map says is to go when a person is erased, as statements: written from the map, so that a table that
comes tomorrow is erased as well.

How a table leads to a member the database itself knows: by its foreign keys, over other tables where it must.
"""

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter

import msgspec

from foundation import data_map, database
from foundation.data_map import DataMap, Table, With

MEMBER = "member"
"""Its own row is erased by `members.erase`: constraints say what it must look like then."""
FOREIGN_KEYS = """
SELECT con.conrelid::regclass::text AS from_table, att.attname AS from_column,
       con.confrelid::regclass::text AS to_table, there.attname AS to_column
  FROM pg_constraint con JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
  JOIN pg_attribute there ON there.attrelid = con.confrelid AND there.attnum = con.confkey[1]
 WHERE con.contype = 'f' AND cardinality(con.conkey) = 1
"""
TEXTS = "SELECT format('%s.%s', table_name, column_name) FROM information_schema.columns WHERE data_type IN ($1, $2)"


class ForeignKey(msgspec.Struct, frozen=True):
    """One column that leads to another table's row."""

    from_table: str
    from_column: str
    to_table: str
    to_column: str


class NoWayToHer(Exception):
    """The data map wants rows erased, and nothing leads from them to a member; the text names the table."""


class Ways(msgspec.Struct, frozen=True):
    """The foreign keys of the database, and its columns with texts."""

    keys: tuple[ForeignKey, ...]
    texts: frozenset[str]

    def between(self, table: str, other: str) -> list[str]:
        return [key.from_column for key in self.keys if key.from_table == table and key.to_table == other]

    def to_her(self, table: Table, tables: Mapping[str, Table]) -> str:
        """The condition for the rows of hers; $1 are all ids she ever had. Raises `NoWayToHer`."""
        over, column = self._step(table)
        if over == MEMBER:
            return f"{column} = ANY($1::uuid[])"
        return f"{column} IN (SELECT id FROM {over} WHERE {self.to_her(tables[over], tables)})"  # noqa: S608  # from the map

    def _step(self, table: Table) -> tuple[str, str]:
        """The next table on the way to her, and the column that leads there."""
        if table.export is not None:
            return table.export.owner, table.export.by
        over = table.retention.table if isinstance(table.retention, With) else MEMBER
        columns = self.between(table.name, over)
        if len(columns) != 1:
            raise NoWayToHer(table.name)
        return over, columns[0]


async def ways() -> Ways:
    """As the database has them."""
    keys = tuple(ForeignKey(*row) for row in await database.fetch(FOREIGN_KEYS))
    rows = await database.fetch(TEXTS, "character varying", "text")
    return Ways(keys, frozenset(row[0] for row in rows))


async def statements() -> tuple[str, ...]:
    """Deletions and emptyings in an order in which nothing refers to what is gone. Raises `NoWayToHer`."""
    return _statements(data_map.current(), await ways())


def _statements(whole: DataMap, known: Ways) -> tuple[str, ...]:
    going = [table for table in whole.tables.values() if table.erasure == "deleted"]
    deletions = [
        f"DELETE FROM {table.name} WHERE {known.to_her(table, whole.tables)}"  # noqa: S608  # names of the map
        for table in _children_first(going, known)
    ]
    emptied = [_empty(table, whole, known) for table in whole.tables.values() if table.name != MEMBER]
    return (*deletions, *(statement for statement in emptied if statement is not None))


def _children_first(tables: Iterable[Table], known: Ways) -> list[Table]:
    by_name = {table.name: table for table in tables}
    graph: TopologicalSorter[str] = TopologicalSorter({name: set() for name in by_name})
    for key in known.keys:
        if key.from_table in by_name and key.to_table in by_name and key.from_table != key.to_table:
            graph.add(key.to_table, key.from_table)
    return [by_name[name] for name in graph.static_order()]


def _empty(table: Table, whole: DataMap, known: Ways) -> str | None:
    """Texts become empty and not null: some tables want a parcel to have a number, whatever it was."""
    if table.erasure == "deleted":
        return None
    columns = [column.name for column in table.columns.values() if column.erasure == "emptied"]
    if not columns:
        return None
    values = ", ".join(
        f"{name} = CASE WHEN {name} IS NULL THEN NULL ELSE '' END"
        if f"{table.name}.{name}" in known.texts
        else f"{name} = NULL"
        for name in columns
    )
    return f"UPDATE {table.name} SET {values} WHERE {known.to_her(table, whole.tables)}"  # noqa: S608  # as above
