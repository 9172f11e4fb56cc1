"""The data map as a page for people: Markdown, a section for each file and a table of columns for each table."""

from collections.abc import Iterator

from foundation.data_map import After, Column, DataMap, Retention, Sealed, Table

TOP = """\
# Data map

Every table and column of the database: what it says of people, what for, on what ground, for how long, what staff see,
what a member finds in her export, and what becomes of it when she is erased. Written by `muying data-map` from the
`data_map.yaml` files beside the features; a test compares those with the database. `foundation/data_map.py` explains
the words.
"""
HEAD = (
    "column",
    "class",
    "what for",
    "ground",
    "kept",
    "staff see",
    "in her export",
    "sealed with the key of",
    "erasure",
)


def page(whole: DataMap) -> str:
    """The page, as `docs/data-map.md` holds it."""
    lines = [TOP]
    for table in whole.tables.values():
        lines += _section(table)
    return "\n".join(lines)


def in_words(retention: Retention) -> str:
    """How long something is kept."""
    if isinstance(retention, After):
        return retention.in_words
    return "kept" if retention == "kept" else f"as long as its {retention.table}"


def _section(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n"
    yield f"{table.purpose}\n"
    yield f"- ground: {table.basis}; kept: {in_words(table.retention)}; when she is erased: {table.erasure}"
    if table.export is not None:
        also = f", with {'、'.join(table.export.also)}" if table.export.also else ""
        yield f"- in her export as {table.export.title}, by `{table.export.by}` of her `{table.export.owner}`{also}"
    said = [column for column in table.columns.values() if column.class_ != "none" or column.export]
    silent = [column.name for column in table.columns.values() if column not in said]
    if silent:
        yield f"- says nothing of a person: {', '.join(silent)}"
    yield ""
    if said:
        yield _row(HEAD)
        yield _row(["---"] * len(HEAD))
        for column in said:
            yield _row(_cells(table, column))
        yield ""


def _cells(table: Table, column: Column) -> list[str]:
    return [
        f"`{column.name}`",
        column.class_,
        "" if column.purpose == table.purpose else column.purpose,
        "" if column.basis == table.basis else column.basis,
        "" if column.retention == table.retention else in_words(column.retention),
        column.mask,
        column.export or "",
        _sealed(column.sealed),
        "" if column.erasure == table.erasure else column.erasure,
    ]


def _sealed(sealed: Sealed | None) -> str:
    return "" if sealed is None else sealed.owner


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
