"""Rotation of keys from the command line, and by the worker what the command line left unfinished."""

import sys
import time

from foundation import jobs, rotation, secrets, wrapping_keys
from foundation.errors import Unavailable
from foundation.rotation import Phase, Step
from foundation.settings import Settings
from foundation.startup import CannotStart
from server import house, migrate
from server.provisioning import Lines
from server.sealed_columns import SEALED_COLUMNS

STATEMENT_MILLISECONDS = 60_000
TICK_SECONDS = 240.0
"""The worker works at a rotation this long, and comes back a minute later."""
TELL_SECONDS = 10.0


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
        print("A rotation is under way; going on where it stands.")
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
    """Prints a line when something begins, and every ten seconds."""

    def __init__(self) -> None:
        self._told = ""
        self._at = 0.0

    def __call__(self, step: Step) -> None:
        progress = step.progress
        if progress is None:
            return
        doing = f"{progress.phase}: {progress.unit}" if step.pause_seconds < 1 else f"before {progress.phase}: waiting"
        if doing != self._told or time.monotonic() - self._at > TELL_SECONDS:
            count = progress.owners if progress.phase == Phase.GROW else progress.sealed
            sys.stdout.write(f"{doing:32} {count:9,}\n")
            sys.stdout.flush()
            self._told, self._at = doing, time.monotonic()
