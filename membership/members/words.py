"""Texts that a member wrote, or that somebody wrote about her, in other features' rows: sealed with her keys.

A row has `id`, `member_id` and for each text `x` a column `x_sealed`; some still have the `x` of before, in clear,
until `foundation.late_sealing` has been there. Of somebody who is erased there is nothing to read.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog

from foundation import database
from foundation.late_sealing import GONE
from foundation.secrets import Unreadable, place, vault
from foundation.transactions import within_transaction
from membership.members import steps
from membership.members.records import MemberRecord

log = structlog.get_logger("words")


def seal_words(member: MemberRecord, table: str, column: str, row_id: UUID, text: str) -> bytes:
    """What goes into `column` of that row: nothing that opens when she is erased meanwhile."""
    return GONE if member.data_key is None else member.seal(table, column, row_id, text)


def words(row: Mapping[str, Any], table: str, text: str) -> str | None:
    """The text of a row with `id`, `member_id`, her `data_key`, `text` and `text` + `_sealed`.

    None where there is none, or it can't be read any more: one broken value breaks no list.
    """
    column = f"{text}_sealed"
    sealed: bytes | None = row[column]
    if not sealed or row["data_key"] is None:
        return row.get(text) or None
    try:
        return vault().keyring(row["data_key"]).unseal(place(table, column, row["id"], row["member_id"]), sealed)
    except Unreadable:
        log.error("words_unreadable", column=f"{table}.{column}", row=str(row["id"]))
        return None


@within_transaction
async def seal_anew(from_member: UUID, to_member: UUID, table: str, columns: Sequence[str]) -> None:
    """Two members turned out to be one: what is sealed in the first one's rows opens as the other's from now on.

    The caller holds both, and gives the rows to the other one next. What can't be read stays as it is.
    """
    some = " OR ".join(f"{column} IS NOT NULL" for column in columns)
    rows = await database.fetch(
        f"SELECT id, {', '.join(columns)} FROM {table} WHERE member_id = $1 AND ({some})",  # noqa: S608  # ours
        from_member,
    )
    if not rows:
        return
    held = await steps.hold((from_member, to_member))
    for column in columns:
        sealed = {row["id"]: row[column] for row in rows if row[column]}
        gone, stays = held[from_member], held[to_member]
        anew = [_anew(gone, stays, (table, column, row_id), was) for row_id, was in sealed.items()]
        await database.execute(
            f"UPDATE {table} SET {column} = new.sealed FROM unnest($1::uuid[], $2::bytea[]) AS new (id, sealed)"  # noqa: S608  # ours
            f" WHERE {table}.id = new.id",
            list(sealed),
            anew,
        )


def _anew(gone: MemberRecord, stays: MemberRecord, where: tuple[str, str, UUID], sealed: bytes) -> bytes:
    try:
        return stays.seal(*where, gone.unseal(*where, sealed))
    except Unreadable:
        log.error("words_unreadable", column=".".join(where[:2]), row=str(where[2]))
        return sealed
