"""The supervisor against real processes: they are killed, hung, stopped and stubborn."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from foundation import supervisor
from foundation.supervisor import Program, Supervisor

ROOT = Path(__file__).resolve().parents[2]

BEATING = "import asyncio; from foundation.heartbeat import beat; asyncio.run(beat())"

BEATING_OVER_GRANDCHILD = """
import asyncio, subprocess, sys
from foundation.heartbeat import beat
print(subprocess.Popen(["sleep", "600"]).pid, flush=True)
asyncio.run(beat())
"""

HANGING = """
import asyncio, faulthandler, time
from foundation.heartbeat import beat
faulthandler.enable()
async def main():
    life = asyncio.create_task(beat())
    await asyncio.sleep(0.2)
    hang_here()
def hang_here():
    time.sleep(600)
asyncio.run(main())
"""

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + BEATING


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def beating(**details: object) -> Program:
    return Program(name="child", command=python(BEATING), folder=ROOT, **details)  # type: ignore[arg-type]  # test only


@contextmanager
def supervised(*programs: Program) -> Iterator[Supervisor]:
    keeper = Supervisor(*programs)
    try:
        yield keeper
    finally:
        keeper.stop()


def tick_until(keeper: Supervisor, condition: Callable[[], bool], seconds: float = 10.0) -> float:
    """Ticks until the condition holds; how long that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        keeper.tick()
        time.sleep(0.02)
    return time.monotonic() - began


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def wait_dead(pid: int, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while alive(pid):
        assert time.monotonic() < deadline, f"process {pid} still lives"
        time.sleep(0.02)


def test_a_killed_child_is_back_within_three_seconds_and_the_others_stay() -> None:
    with supervised(beating(count=2)) as keeper:
        tick_until(keeper, lambda: keeper.ready("child"))
        first, second = keeper.pids("child")
        os.kill(first, signal.SIGKILL)
        took = tick_until(keeper, lambda: first not in keeper.pids("child") and keeper.ready("child"))
        assert took < 3
        assert second in keeper.pids("child")
        assert keeper.deaths("child") == ["killed by SIGKILL"]


def test_a_child_whose_loop_hangs_prints_where_and_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "HANG_SECONDS", 1.5)
    log = tmp_path / "log"
    hanging = Program(name="child", command=python(HANGING), folder=ROOT, log=log)
    with supervised(hanging, Program(name="well", command=python(BEATING), folder=ROOT)) as keeper:
        tick_until(keeper, lambda: keeper.ready("child") and keeper.ready("well"))
        (hung,), well = keeper.pids("child"), keeper.pids("well")
        tick_until(keeper, lambda: keeper.pids("child") not in ([hung], []))
        assert "hang_here" in log.read_text()
        assert keeper.pids("well") == well  # the control: a loop that beats is left alone as long


def test_a_frozen_process_is_replaced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that can't even react to the first signal."""
    monkeypatch.setattr(supervisor, "HANG_SECONDS", 1.5)
    with supervised(beating()) as keeper:
        tick_until(keeper, lambda: keeper.ready("child"))
        (frozen,) = keeper.pids("child")
        os.kill(frozen, signal.SIGSTOP)
        tick_until(keeper, lambda: keeper.ready("child") and keeper.pids("child") != [frozen])


def test_silence_to_replacement_stays_within_fifteen_seconds() -> None:
    longest_boot = 4.0
    assert supervisor.HANG_SECONDS + supervisor.DUMP_SECONDS + longest_boot < 15


def test_nobody_is_hung_because_the_whole_machine_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "HANG_SECONDS", 1.5)
    with supervised(beating()) as keeper:
        tick_until(keeper, lambda: keeper.ready("child"))
        (sleeper,) = keeper.pids("child")
        keeper.tick()
        os.kill(sleeper, signal.SIGSTOP)
        time.sleep(2.5)
        os.kill(sleeper, signal.SIGCONT)
        until = time.monotonic() + 2
        while time.monotonic() < until:
            keeper.tick()
            time.sleep(0.02)
        assert keeper.pids("child") == [sleeper]


def test_a_crash_loop_gets_slower(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    crashing = Program(name="child", command=("/bin/sh", "-c", f"echo x >> {starts}; exit 3"))
    with supervised(crashing) as keeper:
        until = time.monotonic() + 3
        while time.monotonic() < until:
            keeper.tick()
            time.sleep(0.02)
        # At 0, 0, 0.5 and 1.5 s; the next would be at 3.5 s. Without the delays there would be dozens.
        assert 3 <= len(starts.read_text().split()) <= 4
        assert set(keeper.deaths("child")) == {"exit status 3"}


def test_who_dies_just_before_the_stop_is_buried_by_it() -> None:
    with supervised(Program(name="child", command=("/bin/sh", "-c", "exit 3"))) as keeper:
        keeper.tick()
        (dead,) = keeper.pids("child")
        os.waitid(os.P_PID, dead, os.WEXITED | os.WNOWAIT)
    with pytest.raises(ProcessLookupError):
        os.kill(dead, 0)


def test_stopping_asks_first_and_kills_later(tmp_path: Path) -> None:
    polite = tmp_path / "polite"
    asks = f"""
import pathlib, signal, sys
def leave(*_):
    pathlib.Path({str(polite)!r}).touch()
    sys.exit()
signal.signal(signal.SIGTERM, leave)
"""
    keeper = Supervisor(
        Program(name="polite", command=python(asks + BEATING), folder=ROOT),
        Program(name="stubborn", command=python(STUBBORN), folder=ROOT, stop_seconds=1.0),
    )
    tick_until(keeper, lambda: keeper.ready("polite") and keeper.ready("stubborn"))
    pids = keeper.pids("polite") + keeper.pids("stubborn")
    began = time.monotonic()
    keeper.stop()
    assert 0.9 < time.monotonic() - began < 3
    assert polite.exists()
    assert not any(alive(pid) for pid in pids)
    assert keeper.pids("polite") == keeper.pids("stubborn") == []


def test_what_a_dead_child_left_behind_goes_with_it(tmp_path: Path) -> None:
    log = tmp_path / "log"
    parent = Program(name="child", command=python(BEATING_OVER_GRANDCHILD), folder=ROOT, log=log)
    with supervised(parent) as keeper:
        tick_until(keeper, lambda: keeper.ready("child"))
        grandchild = int(log.read_text())
        assert alive(grandchild)
        (child,) = keeper.pids("child")
        os.kill(child, signal.SIGKILL)
        tick_until(keeper, lambda: keeper.deaths("child") != [])
        wait_dead(grandchild)


@pytest.mark.parametrize("code", [BEATING, "import time; time.sleep(600)"], ids=["beating", "hung"])
def test_a_killed_supervisor_leaves_nobody(code: str) -> None:
    keeper = subprocess.Popen(
        python(
            "import sys, time; from foundation.supervisor import Program, Supervisor\n"
            f"keeper = Supervisor(Program(name='child', command=(sys.executable, '-c', {code!r})))\n"
            "keeper.tick(); print(keeper.pids('child')[0], flush=True); time.sleep(600)"
        ),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert keeper.stdout is not None
    child = int(keeper.stdout.readline())
    time.sleep(0.3)
    assert alive(child)
    keeper.kill()
    keeper.wait()
    keeper.stdout.close()
    wait_dead(child)


def test_where_the_kernel_does_not_help_the_heartbeat_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS: the pipe breaks when the supervisor is gone."""
    monkeypatch.setattr(supervisor, "_LIBC", None)
    keeper = Supervisor(beating())
    tick_until(keeper, lambda: keeper.ready("child"))
    (slot,) = keeper._slots
    assert slot.child is not None and slot.child.pulse is not None
    process = slot.child.process
    os.close(slot.child.pulse)
    assert process.wait(timeout=5) == -signal.SIGTERM


def test_the_first_signal_interrupts_and_the_second_does_not_disturb() -> None:
    stopped = False
    with supervisor.stop_by_signal():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        except KeyboardInterrupt:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
            stopped = True
    assert stopped
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
