"""Tombstones from the command line and at the start: what a restored backup brought back goes once more."""

import importlib
import sys
import time

from foundation.errors import Unavailable
from foundation.settings import Settings
from foundation.startup import CannotStart
from foundation.stones import READ_DAYS
from membership import privacy
from server import data_map, house, migrate, parts
from server.provisioning import Lines
from server.worker import STATEMENT_MILLISECONDS

__all__ = ["data_map", "replay", "up"]
"""The data map is named because to import it is to be able to read it."""
TELL_SECONDS = 3.0


async def up(settings: Settings) -> None:
    """The house as a worker has it: whoever keeps something of a baby hears when it is destroyed."""
    await migrate.check(settings)
    for module in parts.JOBS:
        importlib.import_module(module)
    await house.up(settings, statement_milliseconds=STATEMENT_MILLISECONDS)


async def replay(*, all_days: bool) -> Lines:
    """Takes away whoever and whatever is back. Raises `CannotStart` when the file store is away or holds what is none
    of ours, when something failed, and when the backup is too old to know what is missing."""
    try:
        done = await privacy.replay(all_days=all_days, heard=_Teller())
    except Unavailable as error:
        raise CannotStart(
            "The file store, where the tombstones lie, can't be reached. Try again when it is."
        ) from error
    told = (
        f"{done.read} tombstones read; {done.members} members and {done.babies} babies were back, and are erased;"
        f" {done.taken_away} other withdrawals were undone, and hold again."
    )
    if done.forged:
        raise CannotStart(f"{told} {done.forged} files among them are not ours; the log names them.")
    if done.failed:
        raise CannotStart(f"{told} {done.failed} failed; the log says why. Try again.")
    if done.incomplete:
        raise CannotStart(f"{told} The backup is older than {READ_DAYS} days: what was withdrawn before is not known.")
    return [told]


class _Teller:
    """Says on stderr what it is at, every few seconds: the last line on stdout is what came of it."""

    def __init__(self) -> None:
        self._at = time.monotonic()

    def __call__(self, doing: str) -> None:
        if time.monotonic() - self._at > TELL_SECONDS:
            sys.stderr.write(f"{doing} …\n")
            sys.stderr.flush()
            self._at = time.monotonic()
