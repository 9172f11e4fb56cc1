"""Reads: stores by code, the open ones, and the secrets of partners' keys."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

import msgspec

from foundation import database
from foundation.secrets import place, vault
from membership.stores.memory import Memory

STORE_SECONDS = 5.0
KEY_SECONDS = 1.0

StoreCode = Annotated[
    str, msgspec.Meta(pattern="^[A-Z0-9]{2,16}$(?!\\n)", description="A store's code.", examples=["SH001"])
]


class StoreView(msgspec.Struct, frozen=True):
    """A store as everybody may see it; `partner_id` says whose tills stand there, `return_days` how long a purchase may
    come back before its points can be spent."""

    id: UUID
    code: str
    name: str
    address: str
    open: bool
    partner_id: UUID | None
    return_days: int = 0


class PartnerSecret(msgspec.Struct, frozen=True):
    """Whose key it is, and the bytes that sign (the secret's text in ASCII)."""

    partner_id: UUID
    secret: bytes


_COLUMNS = "id, code, name, address, open, partner_id, return_days"

_stores: Memory[str, StoreView] = Memory(STORE_SECONDS)
_secrets: Memory[str, PartnerSecret] = Memory(KEY_SECONDS)


async def find(code: str) -> StoreView | None:
    """The store with this code, as it was at most five seconds ago."""
    store = _stores.get(code)
    if store is None:
        row = await database.fetchrow(f"SELECT {_COLUMNS} FROM store WHERE code = $1", code)  # noqa: S608  # constant
        if row is None:
            return None
        store = StoreView(*row)
        _stores.put(code, store)
    return store


async def get(store_id: UUID) -> StoreView | None:
    """The store with this id."""
    row = await database.fetchrow(f"SELECT {_COLUMNS} FROM store WHERE id = $1", store_id)  # noqa: S608  # constant
    return None if row is None else StoreView(*row)


async def codes_of(store_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The codes of stores by their ids."""
    rows = await database.fetch("SELECT id, code FROM store WHERE id = ANY($1::uuid[])", list(store_ids))
    return {row["id"]: row["code"] for row in rows}


async def list_open() -> list[StoreView]:
    """All open stores, by code."""
    rows = await database.fetch(f"SELECT {_COLUMNS} FROM store WHERE open ORDER BY code")  # noqa: S608  # constant
    return [StoreView(*row) for row in rows]


async def find_partner(name: str) -> UUID | None:
    """The partner with this name."""
    partner_id: UUID | None = await database.fetchval("SELECT id FROM partner WHERE name = $1", name)
    return partner_id


async def live_keys(partner_id: UUID) -> list[str]:
    """The ids of a partner's live keys, the oldest first; two at most."""
    rows = await database.fetch(
        "SELECT id FROM partner_key WHERE partner_id = $1 AND revoked_at IS NULL ORDER BY created_at, id", partner_id
    )
    return [row["id"] for row in rows]


def remembers_key(key_id: str) -> bool:
    """Whether `signing_secrets` would answer without asking the database."""
    return _secrets.get(key_id) is not None


async def signing_secrets(key_id: str) -> PartnerSecret | None:
    """The partner and secret of a live key; a revoked key is unknown within a second."""
    known = _secrets.get(key_id)
    if known is None:
        row = await database.fetchrow(
            "SELECT partner.id, partner.data_key, partner_key.sealed_secret FROM partner_key"
            " JOIN partner ON partner.id = partner_key.partner_id"
            " WHERE partner_key.id = $1 AND partner_key.revoked_at IS NULL",
            key_id,
        )
        if row is None:
            return None
        secret = vault().keyring(row["data_key"]).unseal(secret_place(key_id, row["id"]), row["sealed_secret"])
        known = PartnerSecret(row["id"], secret.encode())
        _secrets.put(key_id, known)
    return known


def secret_place(key_id: str, partner_id: UUID) -> str:
    """Binds a sealed secret to its key and its partner."""
    return place("partner_key", "sealed_secret", key_id, partner_id)


def forget_store(code: str) -> None:
    """After a change in this process; the others see it within five seconds."""
    _stores.forget(code)


def forget_key(key_id: str) -> None:
    """After a revocation in this process; the others see it within a second."""
    _secrets.forget(key_id)
