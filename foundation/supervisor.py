"""The supervisor: keeps child processes alive, and leaves none behind.

- A child that dies is started again: at once when it was healthy, later and later when it keeps failing.
- A child whose event loop hangs (no heartbeat, see `foundation.heartbeat`) is made to print its stacks, killed and
  started again.
- Stopping asks first and kills later. Children are killed by the kernel when the supervisor itself is killed.

It runs in one thread, and that thread must live as long as the children: Linux ties them to the thread.
"""

import contextlib
import ctypes
import logging
import os
import pwd
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

from foundation.heartbeat import PULSE_VARIABLE

log = logging.getLogger(__name__)

TICK_SECONDS = 0.1
HANG_SECONDS = 8.0
"""Silence after which a child counts as hung. With the kill and the new start it is replaced within 15 s."""
START_SECONDS = 60.0
"""Most time until the first heartbeat; more than HANG_SECONDS, because imports and migrations of caches take time."""
DUMP_SECONDS = 1.0
"""Time a hung child gets to print its stacks."""
HEALTHY_SECONDS = 5.0
"""A child that lived so long after its first heartbeat was well; its death is an accident and not a crash loop."""
LONGEST_DELAY_SECONDS = 30.0

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to keep alive: `count` processes of one command."""

    name: str
    command: tuple[str, ...]
    count: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the supervisor's own."""
    beats: bool = True
    """Whether it sends heartbeats; without them only its death is noticed."""
    user: str | None = None
    """The system user to run as; the supervisor must be root then."""
    folder: Path | None = None
    log: Path | None = None
    """Where its output is appended; the supervisor's own output otherwise."""
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10.0
    """Time to stop by itself before it is killed."""
    death_signal: signal.Signals = signal.SIGKILL
    """What the kernel sends when the supervisor dies. Not SIGTERM by default: a hung child would not hear it."""


class _Child:
    """One life of one process."""

    def __init__(self, program: Program, now: float) -> None:
        read_end = write_end = None
        environment = {**os.environ, **program.environment}
        if program.beats:
            read_end, write_end = os.pipe()
            os.set_blocking(read_end, False)
            environment[PULSE_VARIABLE] = str(write_end)
        try:
            self.process = _spawn(program, environment, write_end)
        finally:
            if write_end is not None:
                os.close(write_end)
        self.pulse = read_end
        self.well_since = None if program.beats else now
        self.last_beat = now
        self.kill_at: float | None = None

    def listen(self, now: float) -> None:
        if self.pulse is None:
            return
        with contextlib.suppress(BlockingIOError):
            if os.read(self.pulse, 4096):
                self.last_beat = now
                self.well_since = self.well_since or now

    def silent(self, now: float) -> bool:
        if self.pulse is None:
            return False
        return now - self.last_beat > (START_SECONDS if self.well_since is None else HANG_SECONDS)

    def ended(self) -> bool:
        """Whether the process is dead and waits to be reaped."""
        return os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def send(self, number: signal.Signals) -> None:
        """Popen's own way would reap a dead one on the way, and `ended` would not find it any more."""
        os.kill(self.process.pid, number)

    def reap(self) -> str:
        """Takes the dead process away, with every process it left behind. Returns how it ended, in words."""
        # Before it is reaped its number can't be taken by a stranger, so this hits its own group and nothing else.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        status = self.process.wait()
        if self.pulse is not None:
            os.close(self.pulse)
        return f"exit status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}"


class _Slot:
    """One of a program's places, which one child after the other fills."""

    def __init__(self, program: Program, number: int) -> None:
        self.program = program
        self.label = program.name if program.count == 1 else f"{program.name} {number}"
        self.child: _Child | None = None
        self.start_at = 0.0
        self.failures = 0
        self.deaths: deque[str] = deque(maxlen=20)

    def tick(self, now: float) -> None:
        child = self.child
        if child is None:
            if now >= self.start_at:
                self.child = _Child(self.program, now)
        elif child.ended():
            self._bury(child, now)
        else:
            self._watch(child, now)

    def _watch(self, child: _Child, now: float) -> None:
        child.listen(now)
        if child.kill_at is not None:
            if now >= child.kill_at:
                child.send(signal.SIGKILL)
        elif child.silent(now):
            log.error("%s has shown no sign of life for %.0f s and is replaced", self.label, now - child.last_beat)
            child.send(signal.SIGABRT)  # faulthandler prints where it hangs
            child.kill_at = now + DUMP_SECONDS

    def _bury(self, child: _Child, now: float) -> None:
        cause = child.reap()
        self.child = None
        self.deaths.append(cause)
        if child.well_since is not None and now - child.well_since >= HEALTHY_SECONDS:
            self.failures = 0
        self.failures += 1
        delay = 0.0 if self.failures == 1 else min(LONGEST_DELAY_SECONDS, 0.25 * 2 ** (self.failures - 1))
        self.start_at = now + delay
        log.warning("%s (process %d) ended: %s; next start in %.1f s", self.label, child.process.pid, cause, delay)


class Supervisor:
    """Keeps `programs` alive for as long as `tick` (or `run`) is called; `stop` ends exactly what it started."""

    def __init__(self, *programs: Program) -> None:
        self._slots = [_Slot(program, number) for program in programs for number in range(1, program.count + 1)]
        self._last_tick: float | None = None

    def run(self) -> NoReturn:
        """Supervises until KeyboardInterrupt (see `stop_by_signal`). The caller stops, in a `finally`."""
        while True:
            self.tick()
            time.sleep(TICK_SECONDS)

    def tick(self) -> None:
        """Looks after every child once, without waiting."""
        now = time.monotonic()
        self._forgive_own_absence(now)
        for slot in self._slots:
            slot.tick(now)

    def stop(self) -> None:
        """Asks every child to stop, all at the same time, and kills those that don't."""
        asked_at = time.monotonic()
        running = [(slot, slot.child) for slot in self._slots if slot.child is not None]
        for slot, child in running:
            slot.child = child.kill_at = None
            child.send(slot.program.stop_signal)
        while running:
            for slot, child in list(running):
                if child.ended():
                    child.reap()
                    running.remove((slot, child))
                elif child.kill_at is None and time.monotonic() - asked_at > slot.program.stop_seconds:
                    log.warning("%s did not stop within %.0f s and is killed", slot.label, slot.program.stop_seconds)
                    child.send(signal.SIGKILL)
                    child.kill_at = time.monotonic()
            time.sleep(0.02)

    def pids(self, name: str) -> list[int]:
        """The living processes of a program."""
        return [child.process.pid for child in self._children(name) if child is not None]

    def ready(self, name: str) -> bool:
        """Whether every process of a program has sent its first heartbeat in this life."""
        return all(child is not None and child.well_since is not None for child in self._children(name))

    def deaths(self, name: str) -> list[str]:
        """How processes of a program ended lately, in words."""
        return [death for slot in self._slots if slot.program.name == name for death in slot.deaths]

    def _children(self, name: str) -> list[_Child | None]:
        return [slot.child for slot in self._slots if slot.program.name == name]

    def _forgive_own_absence(self, now: float) -> None:
        """When the whole machine slept, so did the supervisor: nobody is hung only because of that."""
        absence = 0.0 if self._last_tick is None else now - self._last_tick
        self._last_tick = now
        if absence > 1.0:
            for slot in self._slots:
                if slot.child is not None:
                    slot.child.last_beat += absence


@contextlib.contextmanager
def stop_by_signal() -> Iterator[None]:
    """Inside, the first SIGINT, SIGTERM or SIGHUP raises KeyboardInterrupt; later ones don't disturb the stopping."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(each, interrupt) for each in signals]
    try:
        yield
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)


def _spawn(program: Program, environment: Mapping[str, str], pulse: int | None) -> "subprocess.Popen[bytes]":
    account = pwd.getpwnam(program.user) if program.user is not None else None
    with contextlib.ExitStack() as files:
        output = files.enter_context(program.log.open("ab")) if program.log is not None else None
        return subprocess.Popen(  # noqa: S603 — commands come from our own code
            program.command,
            env=environment,
            cwd=program.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            pass_fds=() if pulse is None else (pulse,),
            # A session of its own: Ctrl-C in the terminal reaches the supervisor only, which then stops in order.
            start_new_session=True,
            user=account.pw_uid if account is not None else None,
            group=account.pw_gid if account is not None else None,
            extra_groups=() if account is not None else None,
            # One system call between fork and exec; there is no other way to set it.
            preexec_fn=_tie_to_parent(program.death_signal),  # noqa: PLW1509
        )


def _tie_to_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """Linux kills the child when its parent dies. Elsewhere the heartbeat's broken pipe ends it."""
    libc, parent = _LIBC, os.getpid()
    if libc is None:
        return None

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before the tie was made
            os._exit(1)

    return tie
