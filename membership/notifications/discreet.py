"""Discreet messages: those whose moment or words follow from a child's days.

That she was reminded on the 3rd, in May and in June, is a birth date. So nothing of them stands in clear: they lie in
one sealed box of one size for each member, with the times at which they came and were read. What is old or does not
fit goes, the oldest first. Locks: the box is the last thing that anybody takes.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import msgspec
import structlog

from foundation import database
from foundation.ids import new_id
from foundation.secrets import Keyring, Unreadable, place, vault
from foundation.transactions import within_transaction
from membership.notifications.models import BOX_BYTES

KEPT_DAYS = 90
COLUMNS = "id, member_id, data_key, content_sealed, now() AS asked_at"

HOLD = f"SELECT {COLUMNS} FROM discreet_inbox WHERE member_id = ANY($1::uuid[]) ORDER BY member_id FOR NO KEY UPDATE"  # noqa: S608  # ours
MAKE = """
INSERT INTO discreet_inbox (id, member_id, data_key, content_sealed)
SELECT made.* FROM unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[])
    AS made (id, member_id, data_key, content_sealed)
 WHERE NOT EXISTS (SELECT FROM member WHERE member.id = made.member_id AND status = 'erased')
ON CONFLICT (member_id) DO NOTHING
"""
WRITE = """
UPDATE discreet_inbox box SET content_sealed = written.sealed FROM unnest($1::uuid[], $2::bytea[])
    AS written (id, sealed) WHERE box.id = written.id
"""

log = structlog.get_logger("notifications")


class DiscreetMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What is told to whom, and about which babies: `take_back` finds it by them. Never logged."""

    member_id: UUID
    about: tuple[UUID, ...]
    title: str
    body: str
    link: str | None = None


class Kept(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message in a box. Never logged."""

    id: UUID
    """UUIDv7: it sorts among the others of her inbox."""
    kind: str
    about: tuple[UUID, ...]
    title: str
    body: str
    link: str | None = None
    created_at: datetime
    read_at: datetime | None = None


class Box(msgspec.Struct, frozen=True):
    messages: tuple[Kept, ...] = ()
    """The oldest first."""


class Held(msgspec.Struct, frozen=True):
    """A member's box, opened. Never logged: it holds the keys."""

    id: UUID
    member_id: UUID
    keyring: Keyring
    messages: tuple[Kept, ...]
    asked_at: datetime
    """By the database's clock, which all times in a box are of."""

    def fresh(self) -> tuple[Kept, ...]:
        """Its messages that are not too old."""
        return _fresh(self, self.messages)


_decoder = msgspec.json.Decoder(Box)


@within_transaction
async def notify_discreetly(kind: str, messages: Sequence[DiscreetMessage]) -> int:
    """Puts messages into boxes, some statements for all; how many. Who was erased is told nothing any more.

    Nothing here knows what was told before: whoever tells keeps that, sealed, with what it is about. `title` ≤ 40 and
    `body` ≤ 100 characters, in Chinese, and discreet themselves: a locked screen shows them.
    """
    by_member: dict[UUID, list[DiscreetMessage]] = {}
    for said in messages:
        by_member.setdefault(said.member_id, []).append(said)
    held = await _hold_or_make(by_member)
    new = {box.id: [_new(kind, said, box.asked_at) for said in by_member[box.member_id]] for box in held}
    await _write([(box, (*box.messages, *new[box.id])) for box in held])
    return sum(len(by_member[box.member_id]) for box in held)


@within_transaction
async def take_back(members: Collection[UUID], about: Collection[UUID]) -> int:
    """Takes everything that was said about these babies out of the boxes of these members, read or not, because nobody
    should find it any more; how many."""
    gone = set(about)
    held = await hold(members)
    left = [(box, tuple(kept for kept in box.messages if gone.isdisjoint(kept.about))) for box in held]
    await _write([(box, messages) for box, messages in left if messages != box.messages])
    return sum(len(box.messages) - len(messages) for box, messages in left)


@within_transaction
async def mark_read(member_id: UUID, message_id: UUID) -> Kept | None:
    """She has read one; once more changes nothing. None: there is no such one, or it is too old to be shown."""
    for box in await hold([member_id]):
        for kept in box.fresh():
            if kept.id == message_id:
                read = msgspec.structs.replace(kept, read_at=kept.read_at or box.asked_at)
                if read != kept:
                    await _write([(box, tuple(read if each is kept else each for each in box.messages))])
                return read
    return None


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: what is in her boxes lies in one; how many moved."""
    held = {box.member_id: box for box in await hold([from_member, to_member])}
    moved, own = held.get(from_member), held.get(to_member)
    if moved is None:
        return 0
    if own is None:
        await database.execute("UPDATE discreet_inbox SET member_id = $2 WHERE id = $1", moved.id, to_member)
    else:
        await _write([(own, tuple(sorted((*own.messages, *moved.messages), key=lambda kept: kept.id)))])
        await database.execute("DELETE FROM discreet_inbox WHERE id = $1", moved.id)
    return len(moved.messages)


@within_transaction
async def forget(members: Collection[UUID]) -> int:
    """Takes what is too old out of these boxes; out of how many."""
    old = [box for box in await hold(members) if len(box.fresh()) < len(box.messages)]
    await _write([(box, box.messages) for box in old])
    return len(old)


@within_transaction
async def hold(members: Collection[UUID]) -> list[Held]:
    """The boxes of these members that there are, locked in the order of the members."""
    return list(opened(await database.fetch(HOLD, list(members))))


def opened(rows: Iterable[asyncpg.Record]) -> Iterator[Held]:
    """From rows with `COLUMNS`; a damaged one costs its own messages and nobody else's."""
    for row in rows:
        try:
            keyring = vault().keyring(row["data_key"])
            text = keyring.unseal(_place(row["id"]), row["content_sealed"])
        except Unreadable:
            log.error("discreet_inbox_unreadable", box=str(row["id"]))
            continue
        yield Held(row["id"], row["member_id"], keyring, _decoder.decode(text).messages, row["asked_at"])


def _new(kind: str, said: DiscreetMessage, created_at: datetime) -> Kept:
    return Kept(
        id=new_id(),
        kind=kind,
        about=said.about,
        title=said.title,
        body=said.body,
        link=said.link,
        created_at=created_at,
    )


def _fresh(box: Held, messages: Iterable[Kept]) -> tuple[Kept, ...]:
    since = box.asked_at - timedelta(days=KEPT_DAYS)
    return tuple(kept for kept in messages if kept.created_at >= since)


async def _hold_or_make(members: Iterable[UUID]) -> list[Held]:
    wanted = sorted(members)
    held = await hold(wanted)
    there = {box.member_id for box in held}
    missing = [member_id for member_id in wanted if member_id not in there]
    if not missing:
        return held
    made = [(uuid4(), member_id, *vault().new_keyring()) for member_id in missing]
    await database.execute(
        MAKE,
        [box_id for box_id, _, _, _ in made],
        missing,
        [stored for _, _, _, stored in made],
        [_seal(keyring, box_id, ()) for box_id, _, keyring, _ in made],
    )
    return held + await hold(missing)


async def _write(boxes: Sequence[tuple[Held, Sequence[Kept]]]) -> None:
    if boxes:
        sealed = [_seal(box.keyring, box.id, _fresh(box, messages)) for box, messages in boxes]
        await database.execute(WRITE, [box.id for box, _ in boxes], sealed)


def _seal(keyring: Keyring, box_id: UUID, messages: tuple[Kept, ...]) -> bytes:
    """What fits; the newest always does."""
    while len(content := msgspec.json.encode(Box(messages))) > BOX_BYTES:
        messages = messages[1:]
    return keyring.seal(_place(box_id), content.ljust(BOX_BYTES).decode())


def _place(box_id: UUID) -> str:
    return place("discreet_inbox", "content_sealed", box_id, box_id)
