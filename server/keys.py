"""Rotation of keys from the command line, and by the worker what the command line left unfinished."""

import math
import sys
import time
from secrets import token_hex

from foundation import clock, jobs, rotation, secrets, wrapping_keys
from foundation.errors import Unavailable
from foundation.rotation import Phase, Step
from foundation.settings import Settings, new_secrets
from foundation.startup import CannotStart
from server import house, migrate
from server.provisioning import Lines
from server.sealed_columns import SEALED_COLUMNS

STATEMENT_MILLISECONDS = 60_000
TICK_SECONDS = 240.0
"""The worker works at a rotation this long, and comes back a minute later."""
TELL_SECONDS = 10.0
COUNT_DOWN_SECONDS = 4.0
WAITING_FOR = ", until every request and job that took a key before this phase has ended"
HOW_TO_USE = """\
# For a new machine: all of it goes into its settings. Keep a copy elsewhere.
# For a machine that has keys already: of a list (…_KEYS) take the line that you want to renew and put its new key in
# front of those that are there, MUYING_ENCRYPTION_KEYS=<new>,<old>; then restart every process.
#   MUYING_ENCRYPTION_KEYS  then `muying keys rotate-master`; the old one is needed as long as a backup from before is.
#   MUYING_AUDIT_KEYS       the old ones stay: `muying audit verify` needs them for what they sealed.
#   MUYING_INDEX_KEY        never changes: phones would not be found any more, and tombstones would not be ours."""
"""Comments, so that the whole output may go into a file of settings."""


def new() -> Lines:
    """Fresh secrets as lines of settings. The ids of the keys are like no other's: that of a master which was taken out
    stands in older backups still."""
    fresh = new_secrets(f"{clock.today():%Y%m%d}x{token_hex(3)}")
    return [*(f"{name}={value}" for name, value in fresh.items()), *HOW_TO_USE.splitlines()]


async def rotate_master(settings: Settings) -> Lines:
    """Wraps the wrapping keys with the first key of MUYING_ENCRYPTION_KEYS. Raises `CannotStart`."""
    first = settings.encryption_keys[0].id
    rewrapped = await wrapping_keys.rewrap(settings)
    others = ", ".join(key.id for key in settings.encryption_keys[1:])
    if not rewrapped:
        if others:
            return [f"All wrapping keys are under the master key {first}; {others} can be taken away."]
        raise CannotStart(
            f"All wrapping keys are under {first}, the only master key. `muying keys` prints a new one: write it in"
            " front of the others in MUYING_ENCRYPTION_KEYS, restart every process, and give this command again."
        )
    return [
        f"{rewrapped} wrapping key(s) are under the master key {first} now; no other row was touched.",
        f"Take {others or 'the old master key'} out of MUYING_ENCRYPTION_KEYS, everywhere."
        " Backups from before still need it.",
    ]


async def rotate_data(settings: Settings, *, wait_seconds: float = rotation.WAIT_SECONDS) -> Lines:
    """Gives every owner a fresh data key and seals everything anew; prints how far it is. Raises `CannotStart`."""
    if not await rotation.begin(settings, SEALED_COLUMNS):
        print("A rotation is under way; going on where it stands.", flush=True)
    try:
        await rotation.proceed(SEALED_COLUMNS, wait_seconds=wait_seconds, heard=_Teller())
    except Unavailable as error:
        raise CannotStart("PostgreSQL went away. Give the command again: it goes on where it stood.") from error
    done = await rotation.latest()
    assert done is not None, "it has just been finished"
    lines = [f"{done.owners} owners have fresh keys, {done.sealed} values are sealed with them, the old keys are gone."]
    if done.unreadable:
        lines.append(f"{done.unreadable} times something could not be read (see the log); its keys were all kept.")
    return lines


async def status() -> Lines:
    """Which master is over which wrapping key, and where the last rotation stands."""
    current = secrets.vault().current
    lines = [
        f"wrapping key {number}: under the master key {master}{', wraps' if number == current else ''}"
        for number, master in (await wrapping_keys.masters()).items()
    ]
    last = await rotation.latest()
    if last is None:
        return [*lines, "The data keys were never rotated."]
    if await rotation.under_way():
        return [*lines, f"Rotation {last.id} of the data keys is in the phase {last.phase}, at {last.unit}."]
    return [*lines, f"Rotation {last.id} of the data keys is finished: {last.owners} owners, {last.sealed} values."]


async def up(settings: Settings) -> None:
    """The house, with time for statements that go through a whole table."""
    await migrate.check(settings)
    await house.up(settings, statement_milliseconds=STATEMENT_MILLISECONDS)


@jobs.by_the_clock("keys.go_on_rotating", "*/5 * * * *")
async def go_on_rotating() -> bool:
    """Works at a rotation that somebody began; whether none is left."""
    return not await rotation.under_way() or await rotation.proceed(SEALED_COLUMNS, seconds=TICK_SECONDS)


class _Teller:
    """Prints a line when something begins, and every few seconds: how many are done, or how long it still waits."""

    def __init__(self) -> None:
        self._told = ""
        self._at = 0.0

    def __call__(self, step: Step) -> None:
        progress = step.progress
        if progress is None:
            return
        waits = step.pause_seconds > rotation.BUSY_SECONDS
        doing = f"before {progress.phase}: waiting" if waits else f"{progress.phase}: {progress.unit}"
        begins = doing != self._told
        if not begins and time.monotonic() - self._at < (COUNT_DOWN_SECONDS if waits else TELL_SECONDS):
            return
        if waits:
            count = f"{math.ceil(step.pause_seconds)} s left{WAITING_FOR if begins else ''}"
        else:
            count = f"{progress.owners if progress.phase == Phase.GROW else progress.sealed:9,}"
        sys.stdout.write(f"{doing:32} {count}\n")
        sys.stdout.flush()
        self._told, self._at = doing, time.monotonic()
