"""`muying reconcile`: proves the invariants in SQL and names what breaks them."""

import importlib
import sys
import time

from foundation import database
from foundation.invariants import Invariant
from foundation.settings import Settings
from server import house, parts

MOST_NAMED = 20
STATEMENT_MILLISECONDS = 10 * 60 * 1000


def invariants() -> list[Invariant]:
    """Those of all parts."""
    return [invariant for module in parts.INVARIANTS for invariant in importlib.import_module(module).INVARIANTS]


# Materialized, or the limit would make the planner look for a way to the first twenty rows, of which there are none:
# a million entries were compared each with each for hours.
BROKEN = "WITH breaks AS MATERIALIZED ({breaks}) SELECT * FROM breaks LIMIT {most}"
MEMORY = "SET LOCAL work_mem = '128MB'"
"""A proof reads whole tables once and compares them in memory."""


async def broken(invariant: Invariant) -> list[str]:
    """The names of what breaks it, twenty at most."""
    async with database.acquire() as connection, connection.transaction(readonly=True):
        await connection.execute(MEMORY)
        rows = await connection.fetch(BROKEN.format(breaks=invariant.breaks, most=MOST_NAMED))
    return [" ".join(f"{name}={value}" for name, value in row.items()) for row in rows]


async def reconcile(settings: Settings) -> int:
    """Checks all, prints a line for each; 0 when all hold, 1 when one does not."""
    await house.up(settings, statement_milliseconds=STATEMENT_MILLISECONDS)
    failures = 0
    try:
        for invariant in invariants():
            started = time.perf_counter()
            names = await broken(invariant)
            seconds = time.perf_counter() - started
            failures += bool(names)
            sys.stdout.write(
                f"{'BROKEN' if names else 'holds ':6} {seconds:6.2f} s  {invariant.name}: {invariant.sentence}\n"
            )
            for name in names:
                sys.stdout.write(f"         {name}\n")
    finally:
        await house.down()
    return 1 if failures else 0
