"""The worker: background jobs and the timetable."""

import asyncio
import importlib

import structlog

from foundation import database, ground, job_worker, log
from foundation.settings import Settings
from membership import privacy
from server import house, parts

STATEMENT_MILLISECONDS = 60_000
"""Nobody waits at a till for the timetable, and its batches may take their time."""


async def work(settings: Settings) -> None:
    """Works until cancelled; jobs under way are finished first."""
    log.configure()
    for module in parts.JOBS:  # importing a jobs module registers its jobs
        importlib.import_module(module)
    await house.up(settings, statement_milliseconds=STATEMENT_MILLISECONDS)
    await _replay_tombstones()
    worker = job_worker.queue(database.pool())
    running = asyncio.create_task(job_worker.run(worker))
    try:
        await asyncio.shield(running)
    finally:
        worker.shutdown.set()
        await asyncio.wait({running}, timeout=ground.FINISH_SECONDS)
        await house.down()


async def _replay_tombstones() -> None:
    """Before any job works on somebody whom a restored backup brought back. Should it fail, the next hour tries."""
    try:
        await privacy.replay()
    except Exception:
        structlog.get_logger("privacy").exception("tombstones_not_replayed")
