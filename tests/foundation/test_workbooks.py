"""Workbooks: written beside the service, and nothing stays of who wrote them."""

import asyncio
import io
import zipfile

import psutil
import pytest

from foundation import workbooks
from foundation.errors import Unavailable
from foundation.workbook_shapes import Worksheet


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written is tested here, and not how soon a busy machine writes it."""
    monkeypatch.setattr(workbooks, "PATIENCE_SECONDS", 60.0)


def _writers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "foundation.workbook_worker" in " ".join(child.cmdline())]


async def test_two_at_once_are_both_written_and_their_writers_are_gone() -> None:
    written = await asyncio.gather(*(workbooks.write(Worksheet(name, [["a"], [1]])) for name in ("one", "two")))
    for content, name in zip(written, ("one", "two"), strict=True):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            assert f'name="{name}"' in book.read("xl/workbook.xml").decode()
    assert _writers() == []


async def test_what_can_not_be_written_is_refused_and_the_next_is_written() -> None:
    with pytest.raises(Unavailable):
        await workbooks.write(Worksheet("[no name for a sheet]", [["a"]]))
    assert await workbooks.write(Worksheet("sheet", [["a"]]))


async def test_who_goes_away_leaves_no_writer_behind() -> None:
    leaving = asyncio.create_task(workbooks.write(Worksheet("sheet", [[0] * 10] * 20_000)))
    while not _writers():  # noqa: ASYNC110  # nobody tells when a process has started
        await asyncio.sleep(0.01)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert _writers() == []
