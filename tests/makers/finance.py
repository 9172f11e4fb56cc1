"""Makers: a ledger of months long past, which only a rolled back transaction may plant.

The tests share one ledger: a month that one of them closes would be closed for all, and wrong after the next that
plants something in it.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from uuid import UUID, uuid4

from foundation import database
from foundation.transactions import transactional
from membership.points import Kind
from tests.makers.points import make_account
from tests.makers.stores import make_store

ENTRY = """
INSERT INTO points_entry (member_id, kind, key, amount, balance_after, debt_after, store_id, rule, created_at)
VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8) RETURNING id
"""
LOT = """
INSERT INTO points_lot (member_id, entry_id, granted, remaining, expires_on, spendable_from)
VALUES ($1, $2, $3, $3, $4, $5) RETURNING id
"""


class Undo(Exception):
    """Ends a transaction that must leave nothing."""


async def undone(work: Callable[[], Awaitable[None]]) -> None:
    """Runs it in a transaction that is rolled back."""

    @transactional
    async def action() -> None:
        await work()
        raise Undo

    try:
        await action()
    except Undo:
        return
    raise AssertionError("it was not undone")


class Book:
    """One member's ledger, written at any time one likes; `store_id` is a store that nobody else has."""

    def __init__(self, member_id: UUID, store_id: UUID) -> None:
        self.member_id = member_id
        self.store_id = store_id
        self.balance = 0

    async def grant(
        self,
        amount: int,
        at: datetime,
        *,
        kind: Kind = Kind.EARNED,
        store_id: UUID | None = None,
        rule: str | None = None,
        expires_on: date | None = None,
        spendable_from: datetime | None = None,
    ) -> int:
        """The id of the lot."""
        entry_id = await self._post(kind, amount, at, store_id, rule)
        lot_id: int = await database.fetchval(LOT, self.member_id, entry_id, amount, expires_on, spendable_from or at)
        return lot_id

    async def take(
        self, amount: int, at: datetime, lot_id: int, *, kind: Kind = Kind.REDEMPTION, store_id: UUID | None = None
    ) -> None:
        entry_id = await self._post(kind, -amount, at, store_id, None)
        await database.execute(
            "INSERT INTO points_lot_use (entry_id, lot_id, amount) VALUES ($1, $2, $3)", entry_id, lot_id, amount
        )
        await database.execute("UPDATE points_lot SET remaining = remaining - $2 WHERE id = $1", lot_id, amount)

    async def _post(self, kind: Kind, amount: int, at: datetime, store_id: UUID | None, rule: str | None) -> int:
        self.balance += amount
        entry_id: int = await database.fetchval(
            ENTRY, self.member_id, kind, uuid4().hex, amount, self.balance, store_id, rule, at
        )
        await database.execute(
            "UPDATE points_account SET balance = $2 WHERE member_id = $1", self.member_id, self.balance
        )
        return entry_id


async def make_book() -> Book:
    return Book(await make_account(), (await make_store()).id)
