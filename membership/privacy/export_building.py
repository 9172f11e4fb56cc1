"""A copy of everything about a member, as the data map says: what it names for export is in it, by its own headings.

Two forms in one zip: a JSON that a program reads, and a CSV for each table that a person opens. A table that comes
tomorrow is in it as soon as it stands on the map.
"""

import asyncio
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from foundation import clock, data_map, database
from foundation.data_map import HOUSE, Column, Table
from foundation.secrets import Keyring, Unreadable, place, vault
from membership import finance, members
from membership.privacy import map_erasing
from membership.privacy.export_words import word
from membership.privacy.map_erasing import Ways, ways

LABELS = """
SELECT table_name, min(column_name) AS label FROM information_schema.columns
 WHERE table_schema = current_schema() AND column_name IN ('name', 'title') GROUP BY table_name
"""
KEYS = "SELECT id, data_key FROM {table} WHERE {hers} AND data_key IS NOT NULL"
UNREADABLE = "（无法读取）"
READ_ME = """\
这里是沐婴为您整理的全部个人资料，整理时间：{at}。

“全部资料.json”供程序读取；“表格”文件夹里每张表都可以用Excel或WPS打开。
金额的单位是分，体重的单位是克，长度的单位是毫米，时间为北京时间。
表格中以'开头的文字是为了防止表格软件把它当作公式，内容本身不含这个符号。

请妥善保管，不要转发给他人。资料如有不对的地方，可以在小程序里更正，或联系客服。
"""

Row = dict[str, Any]


class Keys(msgspec.Struct, frozen=True):
    """What opens her sealed values."""

    member: members.MemberRecord
    others: Mapping[UUID, Keyring]
    """Of her children, and of what else has keys of its own, by id."""


async def build(member: members.MemberRecord) -> bytes:
    """The zip. Reads of hers only; everything she ever was counts as her."""
    selves = (await members.selves([member.id]))[member.id]
    known = await ways()
    labels = {row["table_name"]: row["label"] for row in await database.fetch(LABELS)}
    whole = data_map.current()
    keys = Keys(member, await _keyrings(whole.tables, known, selves))
    tables: dict[str, list[Row]] = {}
    for table in whole.tables.values():
        if table.export is not None:
            condition = known.to_her(table, whole.tables)
            found = await database.fetch(_statement(table, condition, known, labels), selves)
            tables[table.export.title] = [row for each in found if (row := _opened(dict(each), table, keys))]
    return await asyncio.to_thread(_zipped, tables, clock.now())


async def _keyrings(tables: Mapping[str, Table], known: Ways, selves: Sequence[UUID]) -> dict[UUID, Keyring]:
    sealed = (column.sealed for table in tables.values() if table.export is not None for column in _exported(table))
    owners = {each.owner for each in sealed if each is not None and each.owner not in (map_erasing.MEMBER, HOUSE)}
    keyrings = {}
    for owner in sorted(owners):
        statement = KEYS.format(table=owner, hers=known.to_her(tables[owner], tables))
        for row in await database.fetch(statement, selves):
            keyrings[row["id"]] = vault().keyring(row["data_key"])
    return keyrings


def _exported(table: Table) -> list[Column]:
    return [column for column in table.columns.values() if column.export is not None]


def _statement(table: Table, condition: str, known: Ways, labels: Mapping[str, str]) -> str:
    """Its exported columns by their headings; what opens sealed ones under names that are none."""
    parts = []
    for column in _exported(table):
        parts.append(f'{_value(table, column, known, labels)} AS "{column.export}"')
        if column.sealed is not None:
            parts.append(f'mine.{column.sealed.row} AS "{column.name}:row"')
            parts.append(f'mine.{column.sealed.by} AS "{column.name}:owner"')
    order = "id" if "id" in table.columns else next(iter(table.columns))
    return f"SELECT {', '.join(parts)} FROM {table.name} mine WHERE {condition} ORDER BY mine.{order}"  # noqa: S608  # from the map


def _value(table: Table, column: Column, known: Ways, labels: Mapping[str, str]) -> str:
    """A column that leads to something with a name shows the name."""
    for key in known.keys:
        if (key.from_table, key.from_column) == (table.name, column.name) and key.to_table in labels:
            label = f"that.{labels[key.to_table]}"
            return f"(SELECT {label} FROM {key.to_table} that WHERE that.{key.to_column} = mine.{column.name})"  # noqa: S608  # as above
    return f"mine.{column.name}"


def _opened(found: Row, table: Table, keys: Keys) -> Row | None:
    """A row as she reads it; None when nothing is in it, as of a baby that is destroyed."""
    row: Row = {}
    for column in _exported(table):
        value = found[str(column.export)]
        if column.sealed is not None and value is not None:
            value = _unsealed(column, table.name, value, found, keys)
        row[str(column.export)] = _plain(value)
    return row if any(value is not None for value in row.values()) else None


def _unsealed(column: Column, table: str, value: bytes, found: Row, keys: Keys) -> str:
    assert column.sealed is not None
    row_id, owner = found[f"{column.name}:row"], found[f"{column.name}:owner"]
    try:
        if column.sealed.owner == "member":
            return keys.member.unseal(table, column.name, row_id, value)
        keyring = keys.others.get(owner)
        return UNREADABLE if keyring is None else keyring.unseal(place(table, column.name, row_id, owner), value)
    except Unreadable:
        return UNREADABLE


def _plain(value: Any) -> Any:
    """JSON within a column becomes what it says, with headings; the rest is what it is."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        try:
            return _worded(msgspec.json.decode(value))
        except msgspec.DecodeError:
            return value
    return str(value) if isinstance(value, UUID) else value


def _worded(value: Any) -> Any:
    if isinstance(value, dict):
        return {word(name): _worded(inner) for name, inner in value.items()}
    return [_worded(inner) for inner in value] if isinstance(value, list) else value


def _zipped(tables: Mapping[str, list[Row]], at: datetime) -> bytes:
    made = f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("说明.txt", READ_ME.format(at=made))
        whole = msgspec.json.encode({"整理时间": made, **tables})
        archive.writestr("全部资料.json", msgspec.json.format(whole, indent=2))
        for number, (title, rows) in enumerate(((title, rows) for title, rows in tables.items() if rows), 1):
            archive.writestr(f"表格/{number:02} {title}.csv", finance.csv_bytes(_sheet(title, rows)))
    return out.getvalue()


def _sheet(title: str, rows: list[Row]) -> finance.Sheet:
    """An object within a column becomes columns of its own."""
    flat = [_flat(row) for row in rows]
    header = list(dict.fromkeys(name for row in flat for name in row))
    return finance.Sheet(title, header, [[_cell(row.get(name)) for name in header] for row in flat])


def _flat(row: Row) -> Row:
    flat: Row = {}
    for name, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{name}：{inner}": each for inner, each in value.items()}
        else:
            flat[name] = value
    return flat


def _cell(value: Any) -> str | int | date | datetime | bool | None:
    if value is None or isinstance(value, str | int | date | datetime | bool):
        return value
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else str(value)
