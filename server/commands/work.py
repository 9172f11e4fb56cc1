"""`muying work`: one worker, with a heartbeat for the supervisor."""

import argparse
import asyncio
import contextlib
import signal

import uvloop

from foundation.heartbeat import beat
from foundation.settings import Settings
from server.database_sentences import sentences
from server.development_home import settings_here
from server.migrate import check
from server.worker import work


def run(_options: argparse.Namespace) -> int:
    settings = settings_here()
    with sentences(settings):
        uvloop.run(check(settings))
    uvloop.run(_work(settings))
    return 0


async def _work(settings: Settings) -> None:
    working = asyncio.current_task()
    assert working is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, working.cancel)
    living = asyncio.create_task(beat())
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await work(settings)
    finally:
        living.cancel()
