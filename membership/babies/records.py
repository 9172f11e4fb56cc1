"""A baby's row with its keyring: what is sealed with it, here and in the features above."""

from uuid import UUID

import asyncpg
import msgspec

from foundation.secrets import Keyring, place, vault
from membership.babies.details import BabyDetails, Status

PADDED_BYTES = 512
"""A sealed text is as long as what is in it: filled up, so that nobody tells a child from a pregnancy by that, nor one
with an allergy and a note of eighty characters from one without."""

COLUMNS = "baby.id, baby.member_id, baby.data_key, baby.details_sealed"


class BabyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A baby that was opened. Never logged and never sent: it holds the keys."""

    id: UUID
    member_id: UUID
    """The mother: the one whose authorization counts."""
    details: BabyDetails
    keyring: Keyring

    @property
    def status(self) -> Status:
        return self.details.status

    def seal(self, table: str, column: str, row_id: UUID | str, text: str) -> bytes:
        """Seals a value about the baby for one column of one row: elsewhere it can't be opened."""
        return self.keyring.seal(place(table, column, row_id, self.id), text)

    def unseal(self, table: str, column: str, row_id: UUID | str, sealed: bytes) -> str:
        """The text again. Raises `secrets.Unreadable`."""
        return self.keyring.unseal(place(table, column, row_id, self.id), sealed)

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return f"BabyRecord({self.id})"


_decoder = msgspec.json.Decoder(BabyDetails)


def record(row: asyncpg.Record) -> BabyRecord:
    """From a row with `COLUMNS`. Raises `secrets.Unreadable`."""
    baby_id, keyring = row["id"], vault().keyring(row["data_key"])
    text = keyring.unseal(place("baby", "details_sealed", baby_id, baby_id), row["details_sealed"])
    return BabyRecord(id=baby_id, member_id=row["member_id"], details=_decoder.decode(text), keyring=keyring)


def seal_details(keyring: Keyring, baby_id: UUID, details: BabyDetails) -> bytes:
    text = msgspec.json.encode(details).decode()
    padded = text + " " * (-len(text.encode()) % PADDED_BYTES)
    return keyring.seal(place("baby", "details_sealed", baby_id, baby_id), padded)
