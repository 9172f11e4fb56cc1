"""Reading the data map from its YAML files (`foundation.data_map` explains them).

Apart from it, because an API process does without YAML.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import yaml

from foundation.data_map import (
    After,
    Audit,
    Basis,
    Class,
    Column,
    DataMap,
    Erasure,
    Export,
    Field,
    Mask,
    Retention,
    Sealed,
    Strict,
    Table,
    With,
)

FILE = "data_map.yaml"


class DataMapError(Exception):
    """A file of the data map says what makes no sense; the text names file, table and column."""


def read(files: Iterable[Path]) -> DataMap:
    """The map that these files make together. Raises `DataMapError`."""
    tables: dict[str, Table] = {}
    for file in files:
        for name, said in _load(file).items():
            if name in tables:
                raise DataMapError(f"{file}: {name} stands in {tables[name].file} already")
            tables[name] = _table(name, said, file)
    return DataMap(tables)


class _SaidColumn(Strict, frozen=True, kw_only=True, rename={"class_": "class"}):
    class_: Class
    purpose: str | None = None
    basis: Basis | None = None
    retention: After | None = None
    erasure: Erasure | None = None
    mask: Mask | None = None
    export: str | None = None
    words: dict[str, str] = msgspec.field(default_factory=dict)
    fields: dict[str, str | Field | None] = msgspec.field(default_factory=dict)
    lines: tuple[str, ...] = ()
    audit: Audit | None = None
    sealed: Sealed | None = None


class _SaidTable(Strict, frozen=True, kw_only=True):
    purpose: str
    basis: Basis
    retention: Any
    """`Retention`; a union of structs would want tags."""
    erasure: Erasure | None = None
    export: Export | None = None
    columns: dict[str, Class | _SaidColumn] = msgspec.field(default_factory=dict)
    none: list[str] = msgspec.field(default_factory=list)


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, of which YAML would silently take the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise DataMapError(f"{node.start_mark}: {', '.join(map(str, twice))} twice")
        return super().construct_mapping(node, deep)


def _load(file: Path) -> dict[str, Any]:
    with file.open(encoding="utf-8") as stream:
        try:
            said = yaml.load(stream, _Loader)  # noqa: S506  # a safe loader of our own
        except yaml.YAMLError as error:
            raise DataMapError(f"{file}: {error}") from error
    if not isinstance(said, dict):
        raise DataMapError(f"{file} is no mapping of tables")
    return said


def _table(name: str, given: object, file: Path) -> Table:
    try:
        said = msgspec.convert(given, _SaidTable)
        retention = _retention(said.retention)
    except msgspec.ValidationError as error:
        raise DataMapError(f"{file}: {name}: {error}") from error
    twice = said.columns.keys() & set(said.none) | {column for column in said.none if said.none.count(column) > 1}
    if twice:
        raise DataMapError(f"{file}: {name}: {', '.join(sorted(twice))} twice")
    columns = {column: _SaidColumn(class_="none") for column in said.none} | {
        column: _SaidColumn(class_=what) if isinstance(what, str) else what for column, what in said.columns.items()
    }
    unread = [column for column, what in columns.items() if what.export is None and (what.words or what.fields)]
    if unread:
        raise DataMapError(f"{file}: {name}: {', '.join(unread)} has words, and nobody gets it")
    unnamed = [line for what in columns.values() for line in what.lines if what.fields.get(line) is None]
    if unnamed:
        raise DataMapError(f"{file}: {name}: {', '.join(unnamed)} has lines, and is no field that she gets")
    if said.export is None and any(column.export for column in columns.values()):
        raise DataMapError(f"{file}: {name}: a column is exported, and nobody says how the rows lead to her")
    erasure = said.erasure or _usual_erasure(retention, columns.values())
    return Table(
        name=name,
        file=str(file),
        purpose=said.purpose,
        basis=said.basis,
        retention=retention,
        erasure=erasure,
        export=said.export,
        columns={key: _column(key, what, said, retention, erasure) for key, what in columns.items()},
    )


def _retention(said: object) -> Retention:
    if said == "kept":
        return "kept"
    return msgspec.convert(said, With if isinstance(said, dict) and "with" in said else After)


def _usual_erasure(retention: Retention, columns: Iterable[_SaidColumn]) -> Erasure:
    if isinstance(retention, With):
        return "deleted"
    if all(column.class_ == "none" for column in columns):
        return "nothing"
    return "expires" if isinstance(retention, After) else "pseudonym"


def _column(name: str, said: _SaidColumn, table: _SaidTable, retention: Retention, erasure: Erasure) -> Column:
    is_clear = said.class_ in ("none", "pseudonym")
    return Column(
        name=name,
        class_=said.class_,
        purpose=said.purpose or table.purpose,
        basis=said.basis or ("none" if said.class_ == "none" else table.basis),
        retention=said.retention or retention,
        erasure=said.erasure or ("nothing" if said.class_ == "none" and erasure != "deleted" else erasure),
        mask=said.mask or ("clear" if is_clear else "hidden"),
        export=said.export,
        words=said.words,
        fields={key: Field(name=field) if isinstance(field, str) else field for key, field in said.fields.items()},
        lines=said.lines,
        audit=said.audit,
        sealed=said.sealed,
    )
