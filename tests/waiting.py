"""Stepping two transactions: one goes on when the other is through, or waits for it."""

import asyncio
from typing import Any

from foundation import database

BLOCKED = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    " AND cardinality(pg_blocking_pids(pid)) > 0)"
)


async def blocked_or_done(task: asyncio.Task[Any]) -> None:
    """Returns when the task is through, or when somebody in this database waits for another's lock."""
    while not task.done():
        if await database.fetchval(BLOCKED):
            return
        await asyncio.sleep(0.01)
