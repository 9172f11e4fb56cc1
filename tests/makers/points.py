"""Makers: a member with an account, and the steps of the ledger as actions of their own."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from foundation import clock, database
from foundation.transactions import transactional
from membership import members, points
from membership.points import Kind
from tests.makers.phones import new_phone

open_account = transactional(points.open_account)
grant = transactional(points.grant)
spend = transactional(points.spend)
give_back = transactional(points.give_back)
take_back = transactional(points.take_back)
move_all = transactional(points.move_all)


@transactional
async def make_account() -> UUID:
    """A member with an empty account."""
    member_id = await members.make_by_phone(new_phone())
    await points.open_account(member_id)
    return member_id


async def make_saver(*lots: int, expires_on: date | None = None) -> UUID:
    """A member with one lot per number."""
    member_id = await make_account()
    for amount in lots:
        await earn(member_id, amount, expires_on=expires_on)
    return member_id


async def earn(member_id: UUID, amount: int, *, expires_on: date | None = None) -> str:
    """Points from a purchase; the key they were granted under."""
    key = new_key()
    await grant(member_id, amount, kind=Kind.PURCHASE, key=key, expires_on=expires_on)
    return key


async def redeem(member_id: UUID, amount: int) -> str:
    """Points spent; the key they were spent under."""
    key = new_key()
    await spend(member_id, amount, kind=Kind.REDEMPTION, key=key)
    return key


def new_key() -> str:
    return uuid4().hex


def days_from_today(days: int) -> date:
    return clock.today() + timedelta(days=days)


async def account_of(member_id: UUID) -> tuple[int, int]:
    """(balance, debt) as they are stored."""
    row = await database.fetchrow("SELECT balance, debt FROM points_account WHERE member_id = $1", member_id)
    assert row is not None
    return row["balance"], row["debt"]


async def lots_of(member_id: UUID) -> list[int]:
    """What remains in her lots, in the order in which they were granted."""
    rows = await database.fetch("SELECT remaining FROM points_lot WHERE member_id = $1 ORDER BY id", member_id)
    return [row["remaining"] for row in rows]


async def entries_of(member_id: UUID) -> list[tuple[str, int]]:
    """(kind, amount) of her entries, oldest first."""
    rows = await database.fetch("SELECT kind, amount FROM points_entry WHERE member_id = $1 ORDER BY id", member_id)
    return [(row["kind"], row["amount"]) for row in rows]


async def let_a_day_pass(member_id: UUID) -> None:
    """Her lots are a day older."""
    await database.execute("UPDATE points_lot SET expires_on = expires_on - 1 WHERE member_id = $1", member_id)


async def date_entries_back(member_id: UUID, months: Sequence[int]) -> None:
    """Her entries, oldest first, lie as many months back as said. The ledger is append-only, so its guard is away."""
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        rows = await connection.fetch("SELECT id FROM points_entry WHERE member_id = $1 ORDER BY id", member_id)
        for row, back in zip(rows, months, strict=True):
            await connection.execute(
                "UPDATE points_entry SET created_at = created_at - make_interval(months => $2) WHERE id = $1",
                row["id"],
                back,
            )
