"""A member's row as actions see it: locked, with her personal fields openable."""

from functools import cached_property
from uuid import UUID

import asyncpg
import msgspec

from foundation.secrets import Keyring, place, vault
from membership.members.errors import MemberBanned
from membership.members.profile import Profile

COLUMNS = (
    "m.id, m.number, m.status, m.merged_into_id, m.origin, m.data_key, m.phone_index, m.phone_sealed,"
    " m.phone_verified_at, m.profile_sealed"
)

PHONE = ("member", "phone_sealed")
PROFILE = ("member", "profile_sealed")
OPENID = ("wechat_identity", "openid_sealed")
BAN_REASON = ("member", "ban_reason_sealed")


class MemberRecord(msgspec.Struct, frozen=True, dict=True):
    """One row of `member`. Never logged and never sent: it holds the data keys, wrapped."""

    id: UUID
    number: str
    status: str
    merged_into: UUID | None
    data_key: bytes | None
    phone_index: bytes | None
    phone_sealed: bytes | None
    phone_verified: bool
    profile_sealed: bytes | None

    def require_active(self) -> None:
        """Raises `MemberBanned`; merged and erased members have no session that could ask."""
        if self.status != "active":
            raise MemberBanned

    def seal(self, table: str, column: str, row_id: UUID, text: str) -> bytes:
        """Seals a text of hers for one place: it opens in this row and column and as hers, and nowhere else."""
        return self._keyring.seal(place(table, column, row_id, self.id), text)

    def unseal(self, table: str, column: str, row_id: UUID, sealed: bytes) -> str:
        """The text again. Raises `Unreadable`."""
        return self._keyring.unseal(place(table, column, row_id, self.id), sealed)

    def phone(self) -> str | None:
        """E.164."""
        return None if self.phone_sealed is None else self.unseal(*PHONE, self.id, self.phone_sealed)

    def profile(self) -> Profile:
        if self.profile_sealed is None:
            return Profile()
        return msgspec.json.decode(self.unseal(*PROFILE, self.id, self.profile_sealed), type=Profile)

    @cached_property
    def _keyring(self) -> Keyring:
        """Opened once for all that is read of her."""
        assert self.data_key is not None, "nothing personal is left of this member"
        return vault().keyring(self.data_key)

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return f"MemberRecord({self.id})"


def record(row: asyncpg.Record) -> MemberRecord:
    return MemberRecord(
        id=row["id"],
        number=row["number"],
        status=row["status"],
        merged_into=row["merged_into_id"],
        data_key=row["data_key"],
        phone_index=row["phone_index"],
        phone_sealed=row["phone_sealed"],
        phone_verified=row["phone_verified_at"] is not None,
        profile_sealed=row["profile_sealed"],
    )
