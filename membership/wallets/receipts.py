"""What tills send is stored under their own numbers, so that the same is done once however often it is sent."""

from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from foundation import database
from foundation.secrets import vault
from membership import stores
from membership.wallets.kinds import Kind
from membership.wallets.money import Money

STORE_TOP_UP = """
INSERT INTO wallet_top_up (id, member_id, partner_id, store_id, number, terminal, occurred_at, fingerprint,
                           principal_fen, gift_fen, gift_rule_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (partner_id, store_id, number) DO NOTHING
"""
STORE_PAYMENT = """
INSERT INTO wallet_payment (id, member_id, partner_id, store_id, number, terminal, occurred_at, fingerprint,
                            principal_fen, gift_fen)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (partner_id, store_id, number) DO NOTHING
"""
STORE_REVERSAL = """
INSERT INTO wallet_reversal (id, payment_id, partner_id, store_id, number, terminal, occurred_at, fingerprint,
                             principal_fen, gift_fen)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (partner_id, store_id, number) DO NOTHING
"""
FIRST_ANSWER = {
    kind: f"""
    SELECT said.id, said.fingerprint, said.principal_fen, said.gift_fen, entry.principal_after_fen, entry.gift_after_fen
      FROM {table} said JOIN wallet_entry entry ON entry.kind = '{kind}' AND entry.key = said.id::text
     WHERE said.partner_id = $1 AND said.store_id = $2 AND said.number = $3
    """  # noqa: S608  # only our own names are filled in
    for kind, table in (
        (Kind.TOP_UP, "wallet_top_up"),
        (Kind.PAYMENT, "wallet_payment"),
        (Kind.PAYMENT_REVERSED, "wallet_reversal"),
    )
}


class Done(msgspec.Struct, frozen=True):
    """What moved, and what the wallet held then."""

    id: UUID
    moved: Money
    holds: Money


class Told(msgspec.Struct, frozen=True):
    """Under which number who said it."""

    partner_id: UUID
    store_id: UUID
    number: str
    terminal: str
    occurred_at: datetime
    fingerprint: bytes


class SentBefore(Exception):  # never leaves `tills`, which looks up what was answered then
    """It is stored already; this transaction must not be committed."""


class Said(Protocol):
    """What every message of a till has."""

    @property
    def store(self) -> str: ...
    @property
    def terminal(self) -> str: ...
    @property
    def receipt(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...


async def take_note(partner_id: UUID, said: Said) -> Told:
    """Raises `StoreUnknown`."""
    shop = await stores.of_partner(partner_id, said.store)
    content: dict[str, Any] = msgspec.structs.asdict(said)  # type: ignore[arg-type]  # whoever fits is a Struct
    content["occurred_at"] = said.occurred_at.astimezone(UTC)
    # Keyed, since a bare hash would tell who guesses the content that it is right.
    fingerprint = vault().index("wallet", msgspec.json.encode(content).decode())
    return Told(partner_id, shop.id, said.receipt, said.terminal, said.occurred_at, fingerprint)


async def store(statement: str, own_id: UUID, of: UUID, told: Told, money: Money, *more: object) -> None:
    """Raises `SentBefore`."""
    stored = await database.execute(
        statement,
        own_id,
        of,
        told.partner_id,
        told.store_id,
        told.number,
        told.terminal,
        told.occurred_at,
        told.fingerprint,
        money.principal_fen,
        money.gift_fen,
        *more,
    )
    if not stored:
        raise SentBefore


async def first_answer(kind: Kind, told: Told) -> Done | None:
    """What was answered under this number; None for a new one. Raises `ReceiptConflict` for other content."""
    row = await database.fetchrow(FIRST_ANSWER[kind], told.partner_id, told.store_id, told.number)
    if row is None:
        return None
    if row["fingerprint"] != told.fingerprint:
        raise stores.ReceiptConflict
    return Done(
        row["id"],
        Money(row["principal_fen"], row["gift_fen"]),
        Money(row["principal_after_fen"], row["gift_after_fen"]),
    )
