"""Makers: rows as the version before wrote them, with their words in clear; and every kind of words that are sealed."""

from uuid import UUID

import msgspec

from foundation import audit, database
from foundation.ids import new_id
from foundation.late_sealing import LateColumn
from foundation.transactions import transactional
from membership import addresses, adjustments, mall, members, wallets
from membership.staff import Role
from tests.makers.addresses import address
from tests.makers.adjustment_races import make_clerk, make_operator
from tests.makers.mall import give_points
from tests.makers.members import make_known_member
from tests.makers.orders import Shopper, shipped
from tests.makers.wallets import give, make_shop


class Words(msgspec.Struct, frozen=True):
    """One member of whom everything is said that can be: the rows where it stands, by `table.column`."""

    shopper: Shopper
    order_id: UUID
    rejected_id: UUID
    refund_id: UUID
    audit_subject: UUID
    rows: dict[str, UUID]

    @property
    def id(self) -> UUID:
        return self.shopper.id


async def say_everything(said: str) -> Words:
    """She sends something back, is banned, given points, refused some, and asks for her money: all because `said`."""
    clerk, operator, member = await make_clerk(), await make_operator(), await make_known_member()
    await give_points(member.id, 1_000)
    shopper = Shopper(member, (await addresses.add(member.id, address())).id)
    order = await shipped(shopper)
    await mall.request_return(shopper.id, order.id, said)
    given = await adjustments.adjust(clerk, Role.CLERK, shopper.id, 50, said)
    waiting = await adjustments.adjust(clerk, Role.CLERK, shopper.id, 900, said)
    rejected = await adjustments.reject(operator, Role.OPERATOR, waiting.id, said)
    shop = await make_shop()
    await give(shop, shopper.id, 1_000, 100)
    refund = await wallets.ask_for_refund(operator, shopper.id, said, store_id=None)
    subject = await write_entry(said)
    await members.ban(shopper.id, said, by=operator)
    entry = await database.fetchval("SELECT id FROM audit_entry WHERE subject_id = $1", str(subject))
    rows = {
        "member.ban_reason": shopper.id,
        "redemption.tracking_number": order.id,
        "redemption.return_reason": order.id,
        "points_adjustment.reason": given.id,
        "points_adjustment.rejected_because": rejected.id,
        "wallet_refund.reason": refund.id,
        "audit_entry.reason": entry,
    }
    return Words(shopper, order.id, rejected.id, refund.id, subject, rows)


@transactional
async def write_entry(reason: str | None) -> UUID:
    """An entry of the audit about a thing of its own: the thing's id."""
    subject = new_id()
    await audit.record(new_id(), "test.changed", "test", subject, reason=reason)
    return subject


async def put_back(column: LateColumn, row_id: UUID, text: str) -> None:
    """The row as the version before wrote it, before there were triggers against that."""
    async with database.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        await connection.execute(
            f"UPDATE {column.into.table} SET {column.into.column} = NULL, {column.clear} = $2 WHERE id = $1",  # noqa: S608  # ours
            row_id,
            text,
        )
        await connection.execute(
            "UPDATE points_entry SET note = $2 WHERE kind = 'adjustment_up' AND key = $1", str(row_id), text
        )


async def stored(column: LateColumn, row_id: UUID) -> tuple[str | None, bytes | None]:
    """What stands in clear, and what is sealed."""
    row = await database.fetchrow(
        f"SELECT {column.clear}, {column.into.column} FROM {column.into.table} WHERE id = $1",  # noqa: S608  # ours
        row_id,
    )
    assert row is not None
    return row[0], row[1]
