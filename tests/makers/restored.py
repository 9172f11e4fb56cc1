"""A backup of some people's rows, and what its restoring does to them: as it was, past every guard, and without the
rows of the stones that were laid since.

For details; that whole databases behave the same is told by `tests/server/test_restored_dump.py`.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from foundation import database, outside, stones
from foundation.stones import Laid, Stone
from foundation.transactions import transactional

OF_MEMBERS = {
    "member": "id = ANY($1)",
    "consent": "member_id = ANY($1)",
    "given_authorization": "member_id = ANY($1)",
    "authorized_purpose": "authorization_id IN (SELECT id FROM given_authorization WHERE member_id = ANY($1))",
    "authorization_refusal": "member_id = ANY($1)",
    "member_address": "member_id = ANY($1)",
    "family": "head_id = ANY($1)",
    "family_person": "member_id = ANY($1)",
    "baby": "member_id = ANY($1)",
    "baby_share": "baby_id IN (SELECT id FROM baby WHERE member_id = ANY($1))",
    "vaccination_sheet": "baby_id IN (SELECT id FROM baby WHERE member_id = ANY($1))",
    "family_invitation": "family_id IN (SELECT id FROM family WHERE head_id = ANY($1))",
    "growth_record": "baby_id IN (SELECT id FROM baby WHERE member_id = ANY($1))",
    "member_merge": "from_member_id = ANY($1)",
    "member_deletion": "member_id = ANY($1)",
}


class Backup:
    """What stood in the database of these members."""

    def __init__(self, members: Collection[UUID]) -> None:
        self.members = list(members)
        self.rows: dict[str, str] = {}
        self.at: Any = None

    async def take(self) -> "Backup":
        self.at = await database.fetchval("SELECT clock_timestamp()")
        for table, condition in OF_MEMBERS.items():
            self.rows[table] = await database.fetchval(
                f"SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]')::text FROM {table} t WHERE {condition}",  # noqa: S608
                self.members,
            )
        return self

    async def restore(self) -> None:
        """The files of all stones are there; the database knows none of them."""
        for row in await database.fetch("SELECT id FROM stone WHERE laid_at > $1", self.at):
            await stones.copy(Laid(row["id"]))
        await self._restore_rows()

    @transactional
    async def _restore_rows(self) -> None:
        await database.execute("SET LOCAL session_replication_role = replica")
        for table, condition in reversed(OF_MEMBERS.items()):
            await database.execute(f"DELETE FROM {table} WHERE {condition}", self.members)  # noqa: S608
        for table, rows in self.rows.items():
            await database.execute(
                f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb)",  # noqa: S608
                rows,
            )
        await database.execute("DELETE FROM stone WHERE laid_at > $1", self.at)


async def backup_of(*members: UUID) -> Backup:
    return await Backup(members).take()


async def lay_outside(kind: str, said: msgspec.Struct, at: datetime, about: str | None = None) -> None:
    """A stone of some other day, of which this database has no row."""
    stone_id = uuid4()
    stone = Stone(kind, at, about, msgspec.Raw(msgspec.json.encode(said)))
    await outside.write(stones.name_of(stone_id, at), stones.seal(stone_id, stone))
