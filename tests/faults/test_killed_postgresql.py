"""kill -9 of PostgreSQL under load: of one session, of the postmaster, and of everything at once."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from tests.faults.deployment import House, Houses, KeptServers, until
from tests.faults.figures import measured, seconds
from tests.faults.oracle import expect_exact, expect_quiet
from tests.faults.traffic import Traffic, plant

WARM_SECONDS = 1.5
BACK_SECONDS = 10.0
STEADY_SECONDS = 2.0


@pytest.mark.parametrize("victims", ["a session", "the postmaster", "all of it"])
async def test_killed_postgresql(house: House, kept: KeptServers, victims: str) -> None:
    traffic = Traffic(house, await plant(house))
    async with traffic.running():
        await asyncio.sleep(WARM_SECONDS)
        old = _processes(kept)
        await _kill(house, kept, victims)
        back = await _serves_again(traffic)
        await asyncio.sleep(STEADY_SECONDS)
    assert back < BACK_SECONDS
    settled = await expect_exact(traffic)
    await expect_quiet(house)
    if victims != "a session":
        assert not set(old) & set(_processes(kept)), "a process of the old PostgreSQL is left"
    measured(f"PostgreSQL, {victims} killed: writes again", seconds(back))
    measured("  all sales settled after the load", seconds(settled))
    measured("  meanwhile", traffic.report)


async def test_control_killed_postgresql_without_synchronous_commit(houses: Houses, kept: KeptServers) -> None:
    """Answered before it is on the disk, or even with the kernel: the last moment before the kill is lost."""
    async with houses.house() as house:
        await house.set_default("synchronous_commit", "off")
        traffic = Traffic(house, await plant(house))
        async with traffic.running(refreshing=False):
            await asyncio.sleep(WARM_SECONDS)
            await _kill(house, kept, "all of it")
            await _serves_again(traffic)
        with pytest.raises(AssertionError, match="lost") as lost:
            await expect_exact(traffic)
    measured("  control: without synchronous commit", str(lost.value))


async def _kill(house: House, kept: KeptServers, victims: str) -> None:
    if victims == "a session":
        async with house.database() as connection:
            session = await connection.fetchval(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'muying'"
                " ORDER BY state_change DESC LIMIT 1"
            )
        os.kill(session, signal.SIGKILL)
        return
    # The postmaster first, or it would tidy up and start sessions anew.
    for pid in _processes(kept)[: 1 if victims == "the postmaster" else None]:
        os.kill(pid, signal.SIGKILL)


async def _serves_again(traffic: Traffic) -> float:
    """How long until a write succeeds that was sent after the kill."""
    killed = time.monotonic()

    async def written() -> bool:
        return any(answer.status in (201, 202) and answer.at - answer.seconds > killed for answer in traffic.answers)

    await asyncio.sleep(0.3)  # what the sessions still had in hand does not count
    killed = time.monotonic()
    return 0.3 + await until(written, 2 * BACK_SECONDS)


def _processes(kept: KeptServers) -> list[int]:
    """The postmaster, then its children."""
    postmaster = kept.servers.postgres_pid
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [postmaster, *map(int, children)]
