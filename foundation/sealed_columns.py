"""Which columns hold sealed values of which owner. Who rotates keys must know every one of them."""

from collections.abc import Iterable, Sequence

import msgspec

from foundation import database


class SealedColumn(msgspec.Struct, frozen=True):
    """A column of sealed values. `owner_column` is the one in its own table that leads to the owner.

    `owner_table` has `id` (uuid) and `data_key`; None: the house seals it, as it belongs to nobody.
    """

    table: str
    column: str
    owner_table: str | None
    owner_column: str = "id"
    id_column: str = "id"
    """What names the row in `place`."""
    id_type: str = "uuid"
    """Its type in PostgreSQL."""

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


def owner_tables(columns: Iterable[SealedColumn]) -> list[str]:
    """The tables with keyrings."""
    return sorted({column.owner_table for column in columns if column.owner_table is not None})


async def unknown(columns: Sequence[SealedColumn]) -> list[str]:
    """Columns of the database that seem to hold sealed values, or keyrings, and are not among these."""
    known = {column.name for column in columns} | {f"{table}.data_key" for table in owner_tables(columns)}
    rows = await database.fetch(
        "SELECT table_name || '.' || column_name AS name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND data_type = 'bytea'"
        " AND (column_name LIKE '%\\_sealed' OR column_name LIKE 'sealed\\_%' OR column_name = 'data_key')"
        " ORDER BY 1"
    )
    return [row["name"] for row in rows if row["name"] not in known]
