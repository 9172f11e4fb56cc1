"""`python -m tests.bench.rotation [members]`: data keys rotate under load, killed on the way; no reading may fail.

Plants members with a phone, a profile and an openid each (100,000 unless another number is said: 300,000 sealed
values). Then a process of its own rotates while readers and writers work here; it is killed with SIGKILL three times
and started again. Status 1 when one reading failed, or anything is not as it should be afterwards.
"""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from foundation import database, rotation
from foundation.ids import new_id
from foundation.secrets import LONE_KEYRING_BYTES, place, vault
from foundation.settings import load_settings
from membership import enrolment, members
from membership.members.records import OPENID, PHONE, PROFILE
from server import house, keys
from tests.bench.own_house import Environment, run

MEMBERS = 100_000
WAIT_SECONDS = 5.0
"""Between phases: more than a reading takes here, and less than a production's minute."""
READING_SECONDS = (*(0.0,) * 50, 1.0)
"""Between a keyring and its value; now and then somebody takes a second over it."""
KILLS_AFTER_SECONDS = (5.0, 20.0, 60.0)
READERS = 6
WRITERS = 2


class Seen(msgspec.Struct):
    """What readers and writers met."""

    readings: int = 0
    writings: int = 0
    failures: list[str] = msgspec.field(default_factory=list)
    slowest_seconds: float = 0.0


async def plant(count: int) -> list[UUID]:
    """Members by COPY; their ids. The phone of each is told by her place in the list."""
    ids, people, identities = [], [], []
    for number in range(count):
        member_id, identity_id = new_id(), new_id()
        keyring, stored = vault().new_keyring()
        phone, profile = phone_of(number), '{"nickname":"王小雨"}'
        people.append(
            (
                member_id,
                f"{100_000_000_000 + number}",
                "active",
                "wechat",
                stored,
                vault().index("phone", phone),
                keyring.seal(place(*PHONE, member_id, member_id), phone),
                keyring.seal(place(*PROFILE, member_id, member_id), profile),
            )
        )
        openid = keyring.seal(place(*OPENID, identity_id, member_id), f"o{number}")
        identities.append((identity_id, member_id, vault().index("openid", f"o{number}"), openid))
        ids.append(member_id)
    async with database.acquire() as connection:
        columns = ("id", "number", "status", "origin", "data_key", "phone_index", "phone_sealed", "profile_sealed")
        await connection.copy_records_to_table("member", records=people, columns=columns)
        columns = ("id", "member_id", "openid_index", "openid_sealed")
        await connection.copy_records_to_table("wechat_identity", records=identities, columns=columns)
    return ids


def phone_of(number: int) -> str:
    return f"+86138{number:08}"


async def read(ids: Sequence[UUID], seen: Seen, over: asyncio.Event) -> None:
    """Reads anybody in one statement, or in two in either order."""
    while not over.is_set():
        number = random.randrange(len(ids))
        began = time.monotonic()
        try:
            if random.choice((True, False)):
                assert await members.openid_of(ids[number]) == f"o{number}"
            else:
                await _read_apart(ids[number], phone_of(number))
        except Exception as error:
            seen.failures.append(f"{type(error).__name__} {error}")
        seen.readings += 1
        seen.slowest_seconds = max(seen.slowest_seconds, time.monotonic() - began)


async def _read_apart(member_id: UUID, phone: str) -> None:
    found = {}
    for column in random.sample(("data_key", "phone_sealed"), 2):
        found[column] = await database.fetchval(f"SELECT {column} FROM member WHERE id = $1", member_id)  # noqa: S608 - ours
        await asyncio.sleep(random.choice(READING_SECONDS))
    where = place(*PHONE, member_id, member_id)
    assert vault().keyring(found["data_key"]).unseal(where, found["phone_sealed"]) == phone


async def write(ids: Sequence[UUID], seen: Seen, over: asyncio.Event) -> None:
    """Changes anybody's profile."""
    while not over.is_set():
        member_id, nickname = random.choice(ids), f"王小雨{random.randrange(1000)}"
        try:
            await enrolment.change_profile(member_id, members.ProfileChanges(nickname=nickname))
        except Exception as error:
            seen.failures.append(f"{type(error).__name__} {error}")
        seen.writings += 1
        await asyncio.sleep(0.01)


async def rotate_and_be_killed(environment: Environment) -> int:
    """The exit status of the last process; those before were killed, as far as they had not come to the end."""
    began = time.monotonic()
    for after in KILLS_AFTER_SECONDS:
        process = _rotation(environment)
        await asyncio.sleep(max(0.0, began + after - time.monotonic()))
        if process.poll() is not None:
            return process.returncode
        process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(process.wait)
        _say(f"killed after {time.monotonic() - began:.0f} s")
    process = _rotation(environment)
    return await asyncio.to_thread(process.wait)


def _rotation(environment: Environment) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "tests.bench.rotation", "--rotate"], env=os.environ | environment)


async def rotate() -> None:
    """In the process that is killed."""
    settings = load_settings()
    await keys.up(settings)
    try:
        print(*await keys.rotate_data(settings, wait_seconds=WAIT_SECONDS), sep="\n", flush=True)
    finally:
        await house.down()


async def measure(environment: Environment) -> int:
    """The exit status."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    await house.up(load_settings(environment), statement_milliseconds=keys.STATEMENT_MILLISECONDS)
    try:
        began = time.monotonic()
        ids = await plant(count)
        _say(f"{count:,} members with {3 * count:,} sealed values planted in {time.monotonic() - began:.0f} s")
        return await _under_load(environment, ids)
    finally:
        await house.down()


async def _under_load(environment: Environment, ids: Sequence[UUID]) -> int:
    seen, over = Seen(), asyncio.Event()
    for member_id in ids[:50]:
        with contextlib.suppress(asyncpg.UniqueViolationError):
            await _agree(member_id)
    load = [asyncio.create_task(read(ids, seen, over)) for _ in range(READERS)]
    load += [asyncio.create_task(write(ids[:50], seen, over)) for _ in range(WRITERS)]
    began = time.monotonic()
    status = await rotate_and_be_killed(environment)
    over.set()
    await asyncio.gather(*load)
    _say(f"rotated in {time.monotonic() - began:.0f} s, status {status}")
    _say(
        f"{seen.readings:,} readings and {seen.writings:,} writings meanwhile, {len(seen.failures)} failed;"
        f" the slowest took {seen.slowest_seconds:.1f} s"
    )
    for failure in seen.failures[:5]:
        _say(failure)
    whole = await _is_whole(ids)
    return 0 if whole and not seen.failures and status == 0 else 1


async def _agree(member_id: UUID) -> None:
    (notice,) = (notice for notice in await members.notices() if notice.notice == members.PRIVACY)
    await members.agree(member_id, notice.notice, notice.version)


async def _is_whole(ids: Sequence[UUID]) -> bool:
    """Every value opens, no key of before is left, and the database says the rotation is over."""
    lone = await database.fetchval("SELECT count(*) FROM member WHERE octet_length(data_key) = $1", LONE_KEYRING_BYTES)
    wrong = 0
    for number, member_id in enumerate(ids):
        found = await members.find(member_id)
        wrong += found is None or found.phone() != phone_of(number) or not found.profile().nickname
    done = await rotation.latest()
    _say(f"{lone:,} keyrings with one key, {wrong} values wrong, {done}")
    return lone == len(ids) and wrong == 0 and done is not None and not done.unreadable


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    if "--rotate" in sys.argv:
        asyncio.run(rotate())
    else:
        sys.exit(run(measure))
