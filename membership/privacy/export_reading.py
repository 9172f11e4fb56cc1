"""Everything about a member, read and opened: what the data map names for export, row by row, and nothing of others."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
import structlog

from foundation import data_map, database
from foundation.data_map import HOUSE, Column, DataMap, Table
from foundation.secrets import Keyring, Unreadable, place, vault
from membership import members
from membership.privacy import map_erasing
from membership.privacy.export_saying import SAID, Teller
from membership.privacy.export_words import Row, Value
from membership.privacy.map_erasing import Ways, ways

BABY = "baby"
UNREADABLE = "（无法读取）"

LABELS = """
SELECT table_name, min(column_name) AS label FROM information_schema.columns
 WHERE table_schema = current_schema() AND column_name IN ('name', 'title') GROUP BY table_name
"""
KEYS = "SELECT id, data_key FROM {table} WHERE {hers} AND data_key IS NOT NULL"
BABIES = "SELECT id, status, details_sealed FROM baby WHERE member_id = ANY($1::uuid[]) AND details_sealed IS NOT NULL"

log = structlog.get_logger("privacy")


class Keys(msgspec.Struct, frozen=True):
    """What opens her sealed values."""

    member: members.MemberRecord
    others: Mapping[UUID, Keyring]
    """Of her children, and of what else has keys of its own, by id; of what can't be opened there are none."""


class Babies(msgspec.Struct, frozen=True):
    """Her babies' nicknames by id, and which of them she put away. Never logged."""

    names: Mapping[UUID, str]
    put_away: frozenset[UUID]

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return "Babies(…)"


class Contents(msgspec.Struct, frozen=True):
    """Rows by the titles of their tables; apart from all others what is about a baby that she put away."""

    tables: Mapping[str, list[Row]]
    put_away: Mapping[str, list[Row]]
    names: Mapping[str, Mapping[str, str]]
    """What sealed values lead to: `export_words.Names`."""


class Reader(msgspec.Struct, frozen=True):
    """What every table's reading needs."""

    whole: DataMap
    known: Ways
    labels: Mapping[str, str]
    keys: Keys
    babies: Babies
    selves: Sequence[UUID]


async def read(member: members.MemberRecord) -> Contents:
    """Reads of hers only; everything she ever was counts as her."""
    selves = (await members.selves([member.id]))[member.id]
    known, whole = await ways(), data_map.current()
    labels = {row["table_name"]: row["label"] for row in await database.fetch(LABELS)}
    keys = Keys(member, await _keyrings(whole.tables, known, selves))
    reader = Reader(whole, known, labels, keys, await _babies(keys, selves), selves)
    tables: dict[str, list[Row]] = {}
    put_away: dict[str, list[Row]] = {}
    for table in whole.tables.values():
        if table.export is not None:
            tables[table.export.title], put_away[table.export.title] = await _rows(table, reader)
    return Contents(tables, put_away, await _names(whole))


async def _keyrings(tables: Mapping[str, Table], known: Ways, selves: Sequence[UUID]) -> dict[UUID, Keyring]:
    sealed = (column.sealed for table in tables.values() if table.export is not None for column in exported(table))
    owners = {each.owner for each in sealed if each is not None and each.owner not in (map_erasing.MEMBER, HOUSE)}
    keyrings = {}
    for owner in sorted(owners):
        statement = KEYS.format(table=owner, hers=known.to_her(tables[owner], tables))
        for row in await database.fetch(statement, selves):
            try:
                keyrings[row["id"]] = vault().keyring(row["data_key"])
            except Unreadable:  # a damaged key must not keep all else of hers from her
                log.error("data_key_unreadable", table=owner, row=str(row["id"]))
    return keyrings


async def _babies(keys: Keys, selves: Sequence[UUID]) -> Babies:
    names, put_away = {}, set()
    for row in await database.fetch(BABIES, selves):
        if row["status"] == "hidden":
            put_away.add(row["id"])
        where = place(BABY, "details_sealed", row["id"], row["id"])
        details = _unsealed_by(keys.others.get(row["id"]), where, row["details_sealed"])
        names[row["id"]] = details if details == UNREADABLE else str(msgspec.json.decode(details)["nickname"])
    return Babies(names, frozenset(put_away))


async def _names(whole: DataMap) -> dict[str, dict[str, str]]:
    found = {
        field.of
        for table in whole.tables.values()
        for column in table.columns.values()
        for field in column.fields.values()
        if field is not None and field.of is not None
    }
    named = {}
    for of in sorted(found):
        table, column = of.split(".")
        rows = await database.fetch(f"SELECT {column}::text AS key, name FROM {table}")  # noqa: S608  # from the map
        named[of] = {row["key"]: row["name"] for row in rows}
    return named


def exported(table: Table) -> list[Column]:
    """The columns that she gets."""
    return [column for column in table.columns.values() if column.export is not None]


def _also(table: Table) -> list[Column]:
    """What the map says a row tells besides, each as if it were a column."""
    also = table.export.also if table.export is not None else {}
    some = next(iter(table.columns.values()))
    return [
        msgspec.structs.replace(some, name=heading, export=heading, words={}, fields={}, lines=(), sealed=None)
        for heading in also
    ]


async def _rows(table: Table, reader: Reader) -> tuple[list[Row], list[Row]]:
    """What she finds with everything, and what lies apart."""
    statement = _statement(table, reader)
    rows: tuple[list[Row], list[Row]] = ([], [])
    all_found = await database.fetch(statement, reader.selves)
    tellers = await _tellers(table, all_found)
    for found in all_found:
        apart = found["baby:"] in reader.babies.put_away
        row = [_value(table, column, found, reader, tellers, apart=apart) for column in exported(table)]
        row += [Value(column, found[column.name]) for column in _also(table)]
        if any(each.value is not None for each in row):
            rows[apart].append(row)
    return rows


async def _tellers(table: Table, rows: Sequence[Mapping[str, Any]]) -> dict[str, Teller]:
    """By column; each learns at once what it needs for all rows."""
    tellers = {}
    for column in exported(table):
        said = SAID.get(f"{table.name}.{column.name}")
        if said is not None:
            tellers[column.name] = await said[1]({row[f"{column.name}:of"] for row in rows})
    return tellers


def _statement(table: Table, reader: Reader) -> str:
    """Its exported columns, what opens the sealed ones, and whose baby it is about."""
    parts = [f'{_baby(table)} AS "baby:"']
    for column in exported(table):
        parts.append(f'{_selected(table, column, reader)} AS "{column.name}"')
        if column.sealed is not None:
            parts.append(f'mine.{column.sealed.row} AS "{column.name}:row"')
            parts.append(f'mine.{column.sealed.by} AS "{column.name}:owner"')
        if (said := SAID.get(f"{table.name}.{column.name}")) is not None:
            parts.append(f'mine.{said[0]} AS "{column.name}:of"')
    assert table.export is not None
    parts += [f'{told} AS "{heading}"' for heading, told in table.export.also.items()]
    order = table.export.order or f"mine.{'id' if 'id' in table.columns else next(iter(table.columns))}"
    condition = reader.known.to_her(table, reader.whole.tables)
    return f"SELECT {', '.join(parts)} FROM {table.name} mine WHERE {condition} ORDER BY {order}"  # noqa: S608  # from the map


def _baby(table: Table) -> str:
    if table.name == BABY:
        return "mine.id"
    return f"mine.{table.export.by}" if table.export is not None and table.export.owner == BABY else "NULL::uuid"


def _selected(table: Table, column: Column, reader: Reader) -> str:
    """A column that leads to something with a name shows the name; what has versions is known by them."""
    for key in reader.known.keys:
        if _is(key, table, column) and key.to_table in reader.labels and key.to_column != "version":
            label = f"that.{reader.labels[key.to_table]}"
            return f"(SELECT {label} FROM {key.to_table} that WHERE that.{key.to_column} = mine.{column.name})"  # noqa: S608  # as above
    return f"mine.{column.name}"


def _value(
    table: Table,
    column: Column,
    found: Mapping[str, Any],
    reader: Reader,
    tellers: Mapping[str, Teller],
    *,
    apart: bool,
) -> Value:
    value = found[column.name]
    if column.sealed is not None and value is not None:
        value = _unsealed(column, table.name, value, found, reader.keys)
    if isinstance(value, UUID):
        # The one kind of row that leads to a name which is sealed. Who was put away is named where she lies alone.
        named = BABY in {key.to_table for key in reader.known.keys if _is(key, table, column)}
        hidden = value in reader.babies.put_away and not apart
        return Value(column, (None if hidden else reader.babies.names.get(value)) if named else str(value))
    teller = tellers.get(column.name)
    if isinstance(value, str) and value != UNREADABLE and (column.fields or teller is not None):
        value = msgspec.json.decode(value)  # an object, as the map says; what she typed is left as she typed it
    told = teller(found[f"{column.name}:of"], value) if teller is not None and isinstance(value, dict) else None
    return Value(column, value, told)


def _is(key: map_erasing.ForeignKey, table: Table, column: Column) -> bool:
    return (key.from_table, key.from_column) == (table.name, column.name)


def _unsealed(column: Column, table: str, value: bytes, found: Mapping[str, Any], keys: Keys) -> str:
    assert column.sealed is not None
    row_id, owner = found[f"{column.name}:row"], found[f"{column.name}:owner"]
    if column.sealed.owner != map_erasing.MEMBER:
        return _unsealed_by(keys.others.get(owner), place(table, column.name, row_id, owner), value)
    try:
        return keys.member.unseal(table, column.name, row_id, value)
    except Unreadable:
        return UNREADABLE


def _unsealed_by(keyring: Keyring | None, where: str, value: bytes) -> str:
    try:
        return UNREADABLE if keyring is None else keyring.unseal(where, value)
    except Unreadable:
        return UNREADABLE
