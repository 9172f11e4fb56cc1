"""Tables that leave for a spreadsheet: CSV and XLSX in which no cell is ever taken for a formula.

Names of stores, rules and coupons are typed by people. A text that begins as a formula begins is written as a text: in
XLSX by its type, in CSV, which has no types, behind an apostrophe. Numbers are numbers.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec

from foundation import workbooks
from foundation.clock import SHANGHAI
from foundation.workbook_shapes import Worksheet

Cell = str | int | Decimal | date | datetime | bool | None

FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a spreadsheet recognises a formula; the wide ones in some languages. What is white is looked through first."""

BOM = "\ufeff"
"""Tells Excel that a CSV is UTF-8."""


class Sheet(msgspec.Struct, frozen=True):
    """A table with a header."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def csv_bytes(sheet: Sheet) -> bytes:
    """RFC 4180 in UTF-8 with a byte order mark."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(sheet.header)
    writer.writerows([_as_text(cell) for cell in row] for row in sheet.rows)
    return (BOM + out.getvalue()).encode()


async def xlsx_bytes(sheet: Sheet) -> bytes:
    """One worksheet. Raises `Unavailable` when it is not written in time."""
    rows = [[_number_or_text(cell) for cell in row] for row in sheet.rows]
    return await workbooks.write(Worksheet(sheet.name, [sheet.header, *rows]))


def _number_or_text(cell: Cell) -> int | str | None:
    if cell is None or (isinstance(cell, int) and not isinstance(cell, bool)):
        return cell
    return plain(cell)


def plain(cell: Cell) -> str:
    """As a person reads it: 是 and 否, Asia/Shanghai's time to the minute, nothing for None."""
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case datetime():
            return f"{cell.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def _as_text(cell: Cell) -> str:
    text = plain(cell)
    return f"'{text}" if isinstance(cell, str) and _may_be_formula(text) else text


def _may_be_formula(text: str) -> bool:
    return text.startswith(FORMULA_BEGINS) or text.lstrip().startswith(FORMULA_BEGINS)
