"""How a value of hers is told: to a program by its codes, to her by words, as the data map says beside the features.

A program reads what the database holds, under her headings. She reads 女 for `girl`, 12.50 for 1250 fen, and the time
by her own clock.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from foundation.data_map import Column, DataMap, Field
from foundation.sheets import Cell, plain

FEN, YUAN = "（分）", "（元）"
KIND = "类别"
ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Names = Mapping[str, Mapping[str, str]]
"""By what a field's `of` says: the names of the rows to which its values lead."""


class Value(msgspec.Struct, frozen=True):
    """One column of a row, opened; `told`: what she reads instead, where codes alone do not say it. Never logged."""

    column: Column
    value: Any
    told: Any = None

    def __repr__(self) -> str:
        """Tells nothing: a representation ends in logs and tracebacks."""
        return "Value(…)"


Row = Sequence[Value]


def for_programs(row: Row) -> dict[str, Any]:
    """By heading; codes stay codes, fen stay fen."""
    return {str(each.column.export): _coded(each.value, each.column.fields) for each in row}


def for_her(row: Row, names: Names) -> list[dict[str, Cell]]:
    """The lines of a spreadsheet, their cells by heading; an object becomes columns of its own.

    One line, or one for each of the many things that are in it, or none where it has nothing to say.
    """
    cells: dict[str, Cell] = {}
    lines: list[dict[str, Cell]] = []
    for each in row:
        field = Field(name=str(each.column.export), words=dict(each.column.words))
        if each.told is not None:
            cells |= {f"{field.name}：{heading}": told for heading, told in each.told.items()}
        elif isinstance(each.value, dict):
            whole = {name: inner for name, inner in each.value.items() if name not in each.column.lines}
            cells |= _flat(field.name, whole, each.column.fields, names)
            lines += _lines(field.name, each, names)
        elif each.value is None and each.column.fields:
            continue  # its fields have the columns
        else:
            cells |= _cell(each.column.name, field, each.value, each.column.fields, names)
    return [cells | line for line in lines or [{}] if cells or line]


def dictionary(whole: DataMap) -> dict[str, dict[str, dict[str, str]]]:
    """By table and heading: what each code means."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for table in whole.tables.values():
        for column in table.columns.values():
            if table.export is None or column.export is None:
                continue
            meanings = {column.export: column.words} | {
                f"{column.export}：{field.name}": {**field.keys, **field.words}
                for field in column.fields.values()
                if field is not None
            }
            words = {heading: dict(each) for heading, each in meanings.items() if each}
            if words:
                found.setdefault(table.export.title, {}).update(words)
    return found


def _coded(value: Any, fields: Mapping[str, Field | None]) -> Any:
    if isinstance(value, dict):
        return {
            _heading(name, fields): _coded(_itemised(value[name], fields.get(name)), fields)
            for name in _told(value, fields)
        }
    return [_coded(inner, fields) for inner in value] if isinstance(value, list) else value


def _told(value: Mapping[str, Any], fields: Mapping[str, Field | None]) -> list[str]:
    """The fields that she gets: all, except for those of which the map says that she gets nothing."""
    return [name for name in value if fields.get(name, name) is not None]


def _heading(name: str, fields: Mapping[str, Field | None]) -> str:
    field = fields.get(name)
    return name if field is None else field.name


def _itemised(value: Any, field: Field | None) -> Any:
    """Arrays by place become objects; objects have each field that is told of them."""
    if field is None or not field.items:
        return value
    return [
        {name: item.get(name) for name in field.items}
        if isinstance(item, dict)
        else dict(zip(field.items, item, strict=False))
        for item in value
    ]


def _lines(heading: str, each: Value, names: Names) -> Iterator[dict[str, Cell]]:
    """One for each thing in its lists; of which list it is, where there are several."""
    fields = each.column.fields
    for name in each.column.lines:
        field = fields[name]
        assert field is not None  # the map was read so
        kind: dict[str, Cell] = {f"{heading}：{KIND}": field.name} if len(each.column.lines) > 1 else {}
        for item in _itemised(each.value.get(name, []), field):
            yield kind | _flat(heading, item, fields, names)


def _flat(heading: str, value: Mapping[str, Any], fields: Mapping[str, Field | None], names: Names) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for name in _told(value, fields):
        field = fields.get(name) or Field(name=name)
        under = msgspec.structs.replace(field, name=f"{heading}：{field.name}")
        cells |= _cell(name, under, _itemised(value[name], field), fields, names)
    return cells


def _cell(name: str, field: Field, value: Any, fields: Mapping[str, Field | None], names: Names) -> dict[str, Cell]:
    if name.endswith("_fen"):
        return {field.name.replace(FEN, YUAN): None if value is None else Decimal(value).scaleb(-2)}
    return {field.name: _worded(name, field, value, fields, names)}


def _worded(name: str, field: Field, value: Any, fields: Mapping[str, Field | None], names: Names) -> Cell:
    """One cell; what has several parts becomes a sentence."""
    if isinstance(value, list):
        between = "；" if value and isinstance(value[0], dict) else "、"
        return between.join(plain(_worded(name, field, inner, fields, names)) for inner in value)
    if isinstance(value, dict) and field.keys:
        return "；".join(f"{field.keys.get(key, key)}：{field.words.get(inner, inner)}" for key, inner in value.items())
    if isinstance(value, dict):
        parts = {heading: cell for heading, cell in _flat("", value, fields, names).items() if cell not in (None, "")}
        return "，".join(f"{heading.removeprefix('：')}：{plain(cell)}" for heading, cell in parts.items())
    if isinstance(value, str):
        if field.of is not None:
            return names[field.of].get(value, "" if ID.fullmatch(value) else value)
        return datetime.fromisoformat(value) if name.endswith("_at") else field.words.get(value, value)
    return None if value is None else _scalar(value)


def _scalar(value: Any) -> Cell:
    return value if isinstance(value, bool | int | Decimal | datetime) or hasattr(value, "isoformat") else str(value)
