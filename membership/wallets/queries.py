"""Reads: what a wallet holds, and its statement."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership.wallets.kinds import Kind
from membership.wallets.ledger import LIMIT
from membership.wallets.money import Money

HOLDS = f"""
SELECT coalesce(wallet.principal_fen, 0) AS principal_fen, coalesce(wallet.gift_fen, 0) AS gift_fen,
       {LIMIT} AS limit_fen
  FROM (SELECT $1::uuid AS id) asked LEFT JOIN wallet ON wallet.member_id = asked.id
"""  # noqa: S608  # only our own constant is filled in
ENTRIES = """
SELECT entry.id, entry.kind, entry.principal_fen, entry.gift_fen, entry.principal_after_fen, entry.gift_after_fen,
       store.name AS store_name, entry.created_at
  FROM wallet_entry entry LEFT JOIN store ON store.id = entry.store_id
 WHERE entry.member_id = $1 AND entry.id < $2 ORDER BY entry.id DESC LIMIT $3
"""
BEYOND_ALL = 2**63 - 1
EntryId = Annotated[int, msgspec.Meta(ge=0, le=BEYOND_ALL)]


class WalletView(msgspec.Struct, frozen=True):
    """What is in a wallet, and how much may be in it today, principal and gift together."""

    holds: Money
    limit_fen: int


class EntryView(msgspec.Struct, frozen=True):
    """One line of the statement: what moved (negative: out), what the wallet held then, and in which store."""

    id: int
    kind: Kind
    moved: Money
    holds: Money
    store_name: str | None
    created_at: datetime


async def wallet(member_id: UUID) -> WalletView:
    """What a member has stored; nothing for one who never did."""
    row = await database.fetchrow(HOLDS, member_id)
    assert row is not None, "the member who is asked for is a row"
    return WalletView(Money(row["principal_fen"], row["gift_fen"]), row["limit_fen"])


async def entries(member_id: UUID, query: PageQuery) -> Page[EntryView]:
    """The statement, the newest line first. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, EntryId) if query.cursor else (BEYOND_ALL,)
    rows = await database.fetch(ENTRIES, member_id, before, query.limit + 1)
    shown = [
        EntryView(
            row["id"],
            Kind(row["kind"]),
            Money(row["principal_fen"], row["gift_fen"]),
            Money(row["principal_after_fen"], row["gift_after_fen"]),
            row["store_name"],
            row["created_at"],
        )
        for row in rows[: query.limit]
    ]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)
