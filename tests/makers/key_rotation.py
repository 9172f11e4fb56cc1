"""Rotations driven by hand: to the next pause, with the pause over at once, or with readers all the while."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import msgspec

from foundation import database, rotation
from foundation.rotation import Progress
from foundation.secrets import Keyring, Unreadable, place, vault
from foundation.settings import Settings
from server.sealed_columns import SEALED_COLUMNS
from tests.makers.members import MadeMember

AN_HOUR = 3600.0
READING_SECONDS = 0.3
"""Between a keyring and its value: much shorter than a pause, and longer than a rotation of a few rows without any."""


async def begin(settings: Settings) -> None:
    """Begins a rotation; one that a failed test left is finished before."""
    if await rotation.under_way():
        await rotation.proceed(SEALED_COLUMNS, wait_seconds=0.0)
    assert await rotation.begin(settings, SEALED_COLUMNS)


async def to_the_pause(wait_seconds: float = AN_HOUR) -> Progress | None:
    """Takes steps until the next phase has to be waited for; where the rotation stands, None at its end."""
    while (step := await rotation.take_step(SEALED_COLUMNS, wait_seconds)).progress is not None:
        if step.pause_seconds > rotation.BUSY_SECONDS:
            return step.progress
        await asyncio.sleep(step.pause_seconds)
    return None


async def pass_the_time() -> None:
    """The pause before the next phase is over."""
    await database.execute(
        "UPDATE key_rotation SET waiting_since = waiting_since - interval '2 hours' WHERE finished_at IS NULL"
    )


async def go_through(settings: Settings) -> None:
    """A whole rotation, whose pauses take no time."""
    await begin(settings)
    while await to_the_pause() is not None:
        await pass_the_time()


async def keyring_of(member_id: UUID) -> Keyring:
    """As a reader gets it who has not read a value yet."""
    return vault().keyring(await database.fetchval("SELECT data_key FROM member WHERE id = $1", member_id))


async def sealed_phone_of(member_id: UUID) -> bytes:
    """As a reader gets it who has not read the keyring yet."""
    sealed: bytes = await database.fetchval("SELECT phone_sealed FROM member WHERE id = $1", member_id)
    return sealed


def opened(member_id: UUID, keyring: Keyring, sealed: bytes) -> str:
    return keyring.unseal(place("member", "phone_sealed", member_id, member_id), sealed)


class Reader(msgspec.Struct):
    """Reads phones in two statements, now the keyring first and now the value, until it is told to stop."""

    people: Sequence[MadeMember]
    readings: int = 0
    failures: int = 0
    wrong: int = 0

    async def read(self, over: asyncio.Event, *, at_most_seconds: float, pause_seconds: float) -> None:
        """Readings that took longer than `at_most_seconds` on a machine that stood still say nothing."""
        while not over.is_set():
            member = random.choice(self.people)
            started = time.monotonic()
            try:
                phone = await self._phone(member.id, pause_seconds)
            except Unreadable:
                phone = None
            if time.monotonic() - started < at_most_seconds:
                self.readings += 1
                self.failures += phone is None
                self.wrong += phone not in (None, member.phone)

    async def _phone(self, member_id: UUID, pause_seconds: float) -> str:
        first, second = random.sample((keyring_of, sealed_phone_of), 2)
        found: dict[Callable[[UUID], Awaitable[object]], object] = {first: await first(member_id)}
        await asyncio.sleep(pause_seconds)
        found[second] = await second(member_id)
        keyring, sealed = found[keyring_of], found[sealed_phone_of]
        assert isinstance(keyring, Keyring) and isinstance(sealed, bytes)
        return opened(member_id, keyring, sealed)


async def rotate_under_readers(
    settings: Settings, people: Sequence[MadeMember], *, wait_seconds: float, longest_seconds: float
) -> Reader:
    """A whole rotation in real time beside eight readers; what they saw together."""
    over = asyncio.Event()
    readers = [Reader(people) for _ in range(8)]
    running = [
        asyncio.create_task(reader.read(over, at_most_seconds=longest_seconds, pause_seconds=READING_SECONDS))
        for reader in readers
    ]
    try:
        await begin(settings)
        assert await rotation.proceed(SEALED_COLUMNS, wait_seconds=wait_seconds)
    finally:
        over.set()
        await asyncio.gather(*running)
    return Reader(
        people,
        readings=sum(reader.readings for reader in readers),
        failures=sum(reader.failures for reader in readers),
        wrong=sum(reader.wrong for reader in readers),
    )
