"""How long something over many rows takes: on the clock, and in seconds of the processor, here and in PostgreSQL, which
say the same on a busy machine."""

import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable

import psutil

from foundation import database


async def measure(what: str, rows: int, work: Callable[[], Awaitable[object]]) -> float:
    """Does the work and prints what it took; its seconds."""
    memory, peak = megabytes(), peak_megabytes()
    ours, theirs, began = time.process_time(), await postgres_seconds(), time.perf_counter()
    came_to = await work()
    seconds, ours = time.perf_counter() - began, time.process_time() - ours
    theirs = await postgres_seconds() - theirs
    say(f"{what} over {rows:,}: {rows / seconds:,.0f}/s, {came_to}", began)
    sys.stdout.write(
        f"        {ours:.1f} s of the processor here ({ours / rows * 1e6:.1f} µs each) and {theirs:.1f} s in"
        f" PostgreSQL ({theirs / rows * 1e6:.1f} µs), one after the other: {rows / (ours + theirs):,.0f}/s on a quiet"
        f" machine\n"
        f"        {megabytes():.0f} MB, {memory:.0f} MB before, {peak_megabytes() - peak:.0f} MB more at the peak\n"
        f"        load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n"
    )
    return seconds


async def postgres_seconds() -> float:
    """Of the processor, by the pool's connections; of a server on this machine."""
    rows = await database.fetch(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    times = [psutil.Process(row["pid"]).cpu_times() for row in rows if psutil.pid_exists(row["pid"])]
    return float(sum(each.user + each.system for each in times))


def megabytes() -> float:
    return float(psutil.Process().memory_info().rss / 1e6)


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def say(what: str, began: float) -> None:
    sys.stdout.write(f"{time.perf_counter() - began:7.2f} s  {what}\n")
    sys.stdout.flush()
