"""A copy of her data: asked for, made by a job, fetched once within a day, gone.

The file is sealed with a key of its own, which is sealed with hers: who has the file store reads nothing, and when she
is erased the copy is too.
"""

import os
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from foundation import ciphers, database, files, jobs
from foundation.ciphers import AES_256_GCM
from foundation.errors import NotFound
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import members, notifications
from membership.privacy.errors import ExportGone, ExportNotFound, ExportNotReady, TooManyExports
from membership.privacy.reassuring import require_same_person

Status = Literal["waiting", "ready", "downloaded", "expired"]

MOST_A_DAY = 3
KEPT_HOURS = 24
KIND = "data_export"
BUILD, DROP = "privacy.build_export", "privacy.drop_export"
SEALED = ("data_export", "secret_sealed")

VIEW = """
SELECT id, CASE WHEN status = 'ready' AND expires_at <= now() THEN 'expired' ELSE status END AS status, requested_at,
       ready_at, expires_at, downloaded_at, size_bytes FROM data_export WHERE member_id = $1
"""
OPEN = f"{VIEW} AND status IN ('waiting', 'ready')"
RECENT = "SELECT count(*) FROM data_export WHERE member_id = $1 AND requested_at > now() - interval '1 day'"
ASK = "INSERT INTO data_export (id, member_id, status) VALUES ($1, $2, 'waiting')"
EXPIRE = "UPDATE data_export SET status = 'expired' WHERE member_id = $1 AND status = 'ready' AND expires_at <= now()"
WAITING = "SELECT member_id FROM data_export WHERE id = $1 AND status = 'waiting'"
READY = """
UPDATE data_export SET status = 'ready', ready_at = now(), expires_at = now() + make_interval(hours => $5), file = $2,
       secret_sealed = $3, size_bytes = $4
 WHERE id = $1 AND status = 'waiting'
"""
FETCH = "SELECT file, secret_sealed FROM data_export WHERE id = $1 AND status = 'ready' AND expires_at > now()"
TAKE = """
UPDATE data_export SET status = 'downloaded', downloaded_at = now(), secret_sealed = NULL
 WHERE id = $1 AND status = 'ready' AND expires_at > now()
"""


class ExportView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a copy stands; it can be fetched while it is `ready`, until `expires_at`."""

    id: UUID
    status: Status
    requested_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    downloaded_at: datetime | None
    size_bytes: int | None


class ExportAsked(msgspec.Struct, frozen=True):
    """Which copy is to be made, or is to go."""

    export_id: UUID


async def ask_for_export(member_id: UUID, code: str) -> ExportView:
    """Has a copy made; `code` is a fresh one of `wx.login`. While there is one that was not fetched, that one.

    Raises WeChat's refusals, `NotTheSamePerson`, `MemberBanned`, `TooManyExports`.
    """
    await require_same_person(member_id, code)
    return await order(member_id)


@transactional
async def order(member_id: UUID) -> ExportView:
    """The same, once it is sure who asks."""
    (await members.hold_one(member_id)).require_active()
    await database.execute(EXPIRE, member_id)
    row = await database.fetchrow(OPEN, member_id)
    if row is not None:
        return _view(row)
    if await database.fetchval(RECENT, member_id) >= MOST_A_DAY:
        raise TooManyExports
    export_id = new_id()
    await database.execute(ASK, export_id, member_id)
    await jobs.enqueue(BUILD, ExportAsked(export_id))
    return await export(member_id, export_id)


async def export(member_id: UUID, export_id: UUID) -> ExportView:
    """One of hers. Raises `ExportNotFound`."""
    row = await database.fetchrow(f"{VIEW} AND id = $2", member_id, export_id)
    if row is None:
        raise ExportNotFound
    return _view(row)


async def download(member_id: UUID, export_id: UUID) -> bytes:
    """The zip, once: whoever comes second gets nothing. Raises `ExportNotFound`, `ExportNotReady`, `ExportGone`."""
    view = await export(member_id, export_id)
    if view.status == "waiting":
        raise ExportNotReady
    row = await database.fetchrow(FETCH, export_id)
    member = await members.find(member_id)
    if row is None or member is None:
        raise ExportGone
    try:
        stored = await files.get(row["file"])
    except NotFound:
        raise ExportGone from None
    key = bytes.fromhex(member.unseal(*SEALED, export_id, row["secret_sealed"]))
    content = ciphers.decrypt({1: key}.get, stored.content, _context(export_id))
    # Only now, when it is in our hands: a store that is away for a moment costs her nothing.
    await take(export_id)
    return content


@transactional
async def take(export_id: UUID) -> None:
    """Uses up the one download; from here on nothing opens the file. Raises `ExportGone`."""
    if not await database.execute(TAKE, export_id):
        raise ExportGone
    await jobs.enqueue(DROP, ExportAsked(export_id))


async def keep(member: members.MemberRecord, export_id: UUID, content: bytes) -> None:
    """Puts a finished copy where she can fetch it. Raises `Unavailable`, `TooLarge`."""
    key = os.urandom(ciphers.KEY_BYTES)
    sealed = ciphers.encrypt(AES_256_GCM, 1, key, content, _context(export_id))
    file = await files.put(sealed, "application/octet-stream", most_bytes=len(sealed))
    if not await _tell_ready(member, export_id, file, member.seal(*SEALED, export_id, key.hex()), len(content)):
        await files.delete(file)


@transactional
async def _tell_ready(
    member: members.MemberRecord, export_id: UUID, file: str, secret_sealed: bytes, size_bytes: int
) -> bool:
    """False when another run was faster, or she was erased meanwhile."""
    held = await members.hold_one(member.id)
    if held.status != "active" or held.data_key != member.data_key:
        return False
    if not await database.execute(READY, export_id, file, secret_sealed, size_bytes, KEPT_HOURS):
        return False
    await notifications.notify(
        member.id,
        KIND,
        str(export_id),
        "您的资料整理好了",
        f"请在{KEPT_HOURS}小时内下载，只能下载一次，之后会自动删除。资料里都是个人信息，请妥善保管。",
    )
    return True


async def waiting_for(export_id: UUID) -> UUID | None:
    """Who waits for a copy that is not made yet."""
    member_id: UUID | None = await database.fetchval(WAITING, export_id)
    return member_id


def _context(export_id: UUID) -> bytes:
    return f"data_export:{export_id}".encode()


def _view(row: asyncpg.Record) -> ExportView:
    return ExportView(**dict(row))
