"""The data map: every column of the database, what it says of people, what for, how long, and what becomes of it.

Each part keeps a `data_map.yaml` beside its models (listed in `server.parts.DATA_MAPS`); a house test compares them
with the database, column by column. The retention job, the rotation of keys and the export read what stands there.
Only the worker, commands and tests read the map: an API process does without YAML.

    wish:
      purpose: Her wish list, and telling her when her points reach for something on it.
      basis: contract                     # none, contract, consent, guardian, law or interest; `Basis` explains them
      retention: {with: member}           # or `kept`, or `{days: 30, by: created_at}`, see below
      export: {title: 心愿单, owner: member, by: member_id}       # left out: she gets none of it in her export
      columns:                            # by their classes; `Class` explains them
        member_id: pseudonym
        created_at: {class: pseudonym, export: 加入时间}          # the heading under which she reads it
      none: [id, place, product_id]       # every other column, by name

Table: `purpose`, `basis`, `retention`; where they are right: `erasure`, `export`, `columns`, `none`.

- `retention`: `kept`; `{with: member}`: as long as the row of that table to which it leads; or
  `{days: 90, by: column}`, by a column (or an expression) with a time or a day, with `only: <condition in SQL>` for the
  rows that are meant and `job: <name>` when a job by the clock of the part itself deletes them. What names no job is
  deleted by the nightly retention job: then nothing refers to those rows.
- `erasure`: what becomes of the rows when the person is erased: `deleted`, `unreadable` (the key is destroyed),
  `emptied` (of a column: the row stays), `pseudonym` (kept, and leads to nobody), `expires` (goes by its retention),
  `nothing` (it is nobody's). Left out, it follows from the retention: `with` → deleted, `days` → expires, `kept` →
  pseudonym, or nothing for a table whose columns are all `none`.
- `export`: `owner` is the table to whose `id` the column `by` leads: `member`, or a table with an `export` of its own.

Column: a class, or `{class: …}` with, where they differ from the table's or the usual,

- `purpose`, `basis`, `erasure`; `retention: {days: …, by: …}`: the column is emptied then, the row stays;
- `mask`: what staff see: `clear`, `phone` (156******77), `name` (陈**), `tail` (the last four), `hidden`. Usual:
  `clear` for none and pseudonym, `hidden` for everything else;
- `export`: the heading under which she reads the value;
- `sealed: {owner: member, by: member_id}`: a sealed value. `owner` is the table with the keyring (`house`: nobody's)
  and `by` the column that leads to the owner's id (left out: the row is the owner). `row` names the column of the
  place when it is not `id`, `row_type` its type when it is not uuid; `anew: false`: the rotation leaves it, because it
  is gone before.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from foundation.sealed_columns import SealedColumn

FILE = "data_map.yaml"
HOUSE = "house"

Class = Literal["none", "pseudonym", "personal", "sensitive", "health", "child", "secret"]
"""`none`: says nothing of a person. `pseudonym`: an id, or a fact that is told of somebody under an id only.
`personal`: leads to a person. `sensitive`: what harms when it is leaked (where she was, what she paid with).
`health`: of an adult, a pregnancy among it. `child`: of somebody under 14. `secret`: keys, codes, passwords."""
Basis = Literal["none", "contract", "consent", "guardian", "law", "interest"]
"""Why it may be kept: nobody's data; what she asked for; her consent; a guardian's authorization, separate and by
purpose; a law that wants it; the security of the service, or the employment of staff."""
Mask = Literal["clear", "phone", "name", "tail", "hidden"]
Erasure = Literal["deleted", "unreadable", "emptied", "pseudonym", "expires", "nothing"]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word that nobody knows is a mistake, and not a remark."""


class After(_Strict, frozen=True, kw_only=True):
    """Gone so many days after what the column `by` says."""

    days: int
    by: str
    only: str | None = None
    """A condition in SQL: the rows that are meant."""
    job: str | None = None
    """The appointment that does it; None: the nightly retention job."""


class With(_Strict, frozen=True, kw_only=True, rename={"table": "with"}):
    """As long as the row of that table to which it leads."""

    table: str


Retention = Literal["kept"] | After | With


class Sealed(_Strict, frozen=True, kw_only=True):
    """Whose key seals a value, and what its place is called."""

    owner: str
    by: str = "id"
    row: str = "id"
    row_type: str = "uuid"
    anew: bool = True


class Export(_Strict, frozen=True, kw_only=True):
    """That she gets these rows, and how they lead to her."""

    title: str
    owner: str
    by: str


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column, with everything said."""

    name: str
    class_: Class
    purpose: str
    basis: Basis
    retention: Retention
    """Its own: emptied then. Else the table's."""
    erasure: Erasure
    mask: Mask
    export: str | None
    sealed: Sealed | None


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One table, its columns by name."""

    name: str
    file: str
    purpose: str
    basis: Basis
    retention: Retention
    erasure: Erasure
    export: Export | None
    columns: Mapping[str, Column]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A time limit: rows that are deleted, or a column that is emptied, so many days after."""

    table: str
    column: str | None
    """The one that is emptied; None: the row goes."""
    after: After

    @property
    def name(self) -> str:
        return self.table if self.column is None else f"{self.table}.{self.column}"


class DataMap(msgspec.Struct, frozen=True):
    """All tables by name."""

    tables: Mapping[str, Table]

    def sealed_columns(self) -> Iterator[SealedColumn]:
        """For the rotation of keys: every column that is sealed anew."""
        for table in self.tables.values():
            for column in table.columns.values():
                if column.sealed is not None and column.sealed.anew:
                    yield _sealed_column(table.name, column.name, column.sealed)

    def rules(self) -> Iterator[Rule]:
        """Every time limit."""
        for table in self.tables.values():
            if isinstance(table.retention, After):
                yield Rule(table=table.name, column=None, after=table.retention)
            for column in table.columns.values():
                if isinstance(column.retention, After) and column.retention is not table.retention:
                    yield Rule(table=table.name, column=column.name, after=column.retention)


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


class _SaidColumn(_Strict, frozen=True, kw_only=True, rename={"class_": "class"}):
    class_: Class
    purpose: str | None = None
    basis: Basis | None = None
    retention: After | None = None
    erasure: Erasure | None = None
    mask: Mask | None = None
    export: str | None = None
    sealed: Sealed | None = None


class _SaidTable(_Strict, frozen=True, kw_only=True):
    purpose: str
    basis: Basis
    retention: Any
    """`Retention`; a union of structs would want tags."""
    erasure: Erasure | None = None
    export: Export | None = None
    columns: dict[str, Class | _SaidColumn] = {}
    none: list[str] = []


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
        sealed=said.sealed,
    )


def _sealed_column(table: str, column: str, sealed: Sealed) -> SealedColumn:
    return SealedColumn(
        table=table,
        column=column,
        owner_table=None if sealed.owner == HOUSE else sealed.owner,
        owner_column=sealed.by,
        id_column=sealed.row,
        id_type=sealed.row_type,
    )
