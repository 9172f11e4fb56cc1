"""The data map: every column of the database, what it says of people, what for, how long, and what becomes of it.

Each part keeps a `data_map.yaml` beside its models (listed in `server.parts.DATA_MAPS`); a house test compares them
with the database, column by column. The retention job, the rotation of keys and the export read what stands there.
`foundation.data_map_files` reads them; only the worker, commands and tests do: an API process does without YAML.

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
  rows that are meant. The nightly retention job deletes them, so nothing refers to those rows; `work: <name>` when
  destroying takes more than a statement: the one of that job's works that does it.
- `erasure`: what becomes of the rows when the person is erased: `deleted`, `unreadable` (the key is destroyed),
  `emptied` (of a column: the row stays), `pseudonym` (kept, and leads to nobody), `expires` (goes by its retention),
  `nothing` (it is nobody's). Left out, it follows from the retention: `with` → deleted, `days` → expires, `kept` →
  pseudonym, or nothing for a table whose columns are all `none`.
- `export`: `owner` is the table to whose `id` the column `by` leads: `member`, or a table with an `export` of its own.
  `also: {heading: <SQL>}`: what a row says only together with others; the row is `mine`, `$1` are all ids she ever had.
  `order: <SQL>`: when it is not the order of the ids.

Column: a class, or `{class: …}` with, where they differ from the table's or the usual,

- `purpose`, `basis`, `erasure`; `retention: {days: …, by: …}`: the column is emptied then, the row stays;
- `mask`: what staff see: `clear`, `phone` (156******77), `name` (陈**), `tail` (the last four), `hidden`. Usual:
  `clear` for none and pseudonym, `hidden` for everything else;
- `export`: the heading under which she reads the value; `words: {code: word}` when it is a code, so that she reads a
  word; `fields` when it is an object, its fields by their names: a heading, null (she gets nothing of it), or
  `{name: heading, …}` as `Field` explains; `lines: [field, …]`: those of them that are lists of many things, each of
  which has a line of its own where she reads it. Amounts in fen (`…_fen`, heading `…（分）`) she reads in yuan;
- `audit: {what: …, purpose: …, kept: …}`: how a page for an authority says it, in Chinese;
- `sealed: {owner: member, by: member_id}`: a sealed value. `owner` is the table with the keyring (`house`: nobody's)
  and `by` the column that leads to the owner's id (left out: the row is the owner). `row` names the column of the
  place when it is not `id`, `row_type` its type when it is not uuid; `anew: false`: the rotation leaves it, because it
  is gone before.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import msgspec

from foundation.sealed_columns import SealedColumn

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


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word that nobody knows is a mistake, and not a remark."""


class After(Strict, frozen=True, kw_only=True):
    """Gone so many days after what the column `by` says."""

    days: int
    by: str
    only: str | None = None
    """A condition in SQL: the rows that are meant."""
    work: str | None = None
    """Which work of the nightly retention job does it; None: a statement, written from what stands here."""

    @property
    def in_words(self) -> str:
        only = f" where {self.only}" if self.only else ""
        return f"{self.days} days by {self.by}{only}"


class With(Strict, frozen=True, kw_only=True, rename={"table": "with"}):
    """As long as the row of that table to which it leads."""

    table: str


Retention = Literal["kept"] | After | With


class Sealed(Strict, frozen=True, kw_only=True):
    """Whose key seals a value, and what its place is called."""

    owner: str
    by: str = "id"
    row: str = "id"
    row_type: str = "uuid"
    anew: bool = True


class Export(Strict, frozen=True, kw_only=True):
    """That she gets these rows, and how they lead to her."""

    title: str
    owner: str
    by: str
    also: dict[str, str] = {}
    """By heading: an expression in SQL."""
    order: str | None = None


class Field(Strict, frozen=True, kw_only=True):
    """A field within a value: its heading, and how what it holds is read."""

    name: str
    words: dict[str, str] = {}
    """Of a code, or of several: what each means."""
    keys: dict[str, str] = {}
    """Of an object by code: what each key means; `words` are for its values."""
    of: str | None = None
    """`table.column` by which it leads to a row with a name, which she reads instead."""
    items: tuple[str, ...] = ()
    """Of a list of arrays: the field that stands at each place of one; what comes after these is left out. Of a list of
    objects: the fields of each that are told, whether it has them or not."""


class Audit(Strict, frozen=True, kw_only=True):
    """What a column holds, what for and for how long, in the words of an authority."""

    what: str
    purpose: str
    kept: str


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
    words: Mapping[str, str]
    fields: Mapping[str, Field | None]
    lines: tuple[str, ...]
    audit: Audit | None
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

    @property
    def is_of_people(self) -> bool:
        """Whether anything in it says something of a person: then its destruction is recorded."""
        return any(column.class_ != "none" for column in self.columns.values())


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A time limit: rows that are deleted, or a column that is emptied, so many days after."""

    table: str
    column: str | None
    """The one that is emptied; None: the row goes."""
    after: After

    @property
    def name(self) -> str:
        return self.table if self.column is None else f"{self.table}.{self.column}"

    @property
    def work(self) -> str:
        """The work of the retention job that keeps it."""
        return self.after.work or self.name


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


def _sealed_column(table: str, column: str, sealed: Sealed) -> SealedColumn:
    return SealedColumn(
        table=table,
        column=column,
        owner_table=None if sealed.owner == HOUSE else sealed.owner,
        owner_column=sealed.by,
        id_column=sealed.row,
        id_type=sealed.row_type,
    )


class _Resource:
    read: Callable[[], DataMap] | None = None


def use(read: Callable[[], DataMap]) -> None:
    """Says how the whole map is read; `server.data_map` knows its files."""
    _Resource.read = read


def current() -> DataMap:
    """The whole map. For jobs and commands: an API process has none."""
    assert _Resource.read is not None, "server.data_map was not imported"
    return _Resource.read()
