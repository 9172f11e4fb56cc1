"""Workbooks for spreadsheets (XLSX), each written by a process that ends with it.

A long sheet takes a CPU for a second or two, which a thread would take from everybody who waits for an answer, and the
library takes 2 MB. Sheets leave once in a while, so the process does not stay for the next one.
"""

import asyncio

import msgspec

from foundation.beside import Beside, Died
from foundation.errors import Unavailable
from foundation.workbook_shapes import Worksheet

PATIENCE_SECONDS = 5.0

_one_by_one = asyncio.Lock()


async def write(worksheet: Worksheet) -> bytes:
    """The file. Errors: `Unavailable` when it is not there in time, also because others are written before it."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), _one_by_one:
            return await _write(msgspec.msgpack.encode(worksheet))
    except TimeoutError as late:
        raise Unavailable from late


async def _write(request: bytes) -> bytes:
    writer = Beside("foundation.workbook_worker", patience_seconds=PATIENCE_SECONDS, most_waiting=1, tries=1)
    try:
        return await writer.ask(request)
    except Died as died:
        raise Unavailable from died
    finally:
        await writer.stop()
