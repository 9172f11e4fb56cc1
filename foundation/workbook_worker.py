"""The process that writes workbooks (XLSX). `foundation.workbooks` asks it.

In comes a `Worksheet` as msgpack, out goes the file. No text is ever taken for a formula, a number or a link.
"""

from foundation.beside_worker import serve, settle_signals

if __name__ == "__main__":  # first, since the imports take a while; who only imports this keeps its own signals
    settle_signals()

import io

import msgspec
import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

from foundation.workbook_shapes import Worksheet

_OPTIONS = {
    "constant_memory": True,  # row by row, so that memory does not grow with the rows
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_read = msgspec.msgpack.Decoder(Worksheet).decode


def write(request: bytes) -> bytes:
    """A request answered."""
    worksheet = _read(request)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        page = book.add_worksheet(worksheet.name)
        page.freeze_panes(1, 0)
        for number, row in enumerate(worksheet.rows):
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    page.write_number(number, column, cell)
                elif cell is not None:
                    page.write_string(number, column, cell)
    return out.getvalue()


if __name__ == "__main__":
    serve(write)
