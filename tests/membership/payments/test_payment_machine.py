"""The machine: what Python says may follow is what the database lets follow, and what was agreed does not change."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import pytest

from foundation import database
from foundation.ids import new_id
from foundation.transactions import transactional
from membership.payments.machine import FOLLOWS, OPEN, REFUND_FOLLOWS, RefundStatus, Status
from tests.makers.members import make_member
from tests.makers.payments import make_paid_payment, make_payment, refund

pytestmark = pytest.mark.usefixtures("world")

INTO = """
UPDATE payment SET status = $2::text,
  next_ask_at = CASE WHEN $2::text IN ('pending', 'closing') THEN now() END,
  closed_at = CASE WHEN $2::text IN ('closing', 'closed', 'late') THEN now() END,
  transaction_id = CASE WHEN $2::text IN ('paid', 'late', 'disputed') THEN COALESCE(transaction_id, id::text) END,
  paid_at = CASE WHEN $2::text IN ('paid', 'late', 'disputed') THEN COALESCE(paid_at, now()) END
WHERE id = $1
"""
REFUND_INTO = """
UPDATE payment_refund SET status = $2::text, refund_id = '503',
  settled_at = CASE WHEN $2::text IN ('succeeded', 'closed') THEN now() END,
  next_ask_at = CASE WHEN $2::text NOT IN ('succeeded', 'closed') THEN now() END
WHERE id = $1
"""
WAY: dict[Status, tuple[Status, ...]] = {
    Status.PENDING: (),
    Status.PAID: (Status.PAID,),
    Status.CLOSING: (Status.CLOSING,),
    Status.CLOSED: (Status.CLOSED,),
    Status.LATE: (Status.CLOSED, Status.LATE),
    Status.DISPUTED: (Status.DISPUTED,),
}


class _Undo(Exception):
    """Nothing of it stays: these states were not come by honestly."""


@transactional
async def _walk(statement: str, row: UUID, *statuses: str) -> None:
    for status in statuses:
        await database.execute(statement, row, status)
    raise _Undo


async def _may_follow(statement: str, row: UUID, way: Sequence[str], after: str) -> bool:
    with pytest.raises((_Undo, asyncpg.RestrictViolationError)) as ended:
        await _walk(statement, row, *way, after)
    return isinstance(ended.value, _Undo)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
async def test_the_database_follows_the_same_machine(before: Status, after: Status) -> None:
    payment = await make_payment()
    may = await _may_follow(INTO, payment.id, WAY[before], after)
    assert may == (after == before or after in FOLLOWS[before])


@pytest.mark.parametrize("before", RefundStatus)
@pytest.mark.parametrize("after", RefundStatus)
async def test_the_database_follows_the_same_machine_for_refunds(before: RefundStatus, after: RefundStatus) -> None:
    refund_id = await refund((await make_paid_payment(100)).id, 1)
    may = await _may_follow(REFUND_INTO, refund_id, [before], after)
    assert may == (after == before or after in REFUND_FOLLOWS[before])


@pytest.mark.parametrize(
    "change",
    ["amount_fen = 1", "purpose = 'x'", "out_trade_no = 'other_number'", "expires_at = now()", "provider = 'x'"],
)
async def test_what_was_agreed_does_not_change(change: str) -> None:
    payment = await make_payment(amount_fen=7)
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(f"UPDATE payment SET {change} WHERE id = $1", payment.id)  # noqa: S608  # ours


async def test_the_money_that_came_does_not_change() -> None:
    payment = await make_paid_payment()
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute("UPDATE payment SET transaction_id = 'x' WHERE id = $1", payment.id)


@pytest.mark.parametrize("table", ["payment", "payment_refund", "payment_incident"])
async def test_nothing_of_it_disappears(table: str) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.execute(f"DELETE FROM {table} WHERE false")  # noqa: S608  # ours


@pytest.mark.parametrize(
    ("change", "guard"),
    [
        ("status = 'paid', next_ask_at = NULL", "payment_money_has_a_number"),
        ("next_ask_at = NULL", "payment_open_is_asked"),
        ("refund_fen = 1", "payment_refunds_of_money"),
        ("prepay_id = 'x', prepay_until = now()", "payment_prepared_for_somebody"),
        ("closed_at = now()", "payment_closed_at_some_time"),
        ("status = 'else'", "payment_status|does not follow"),
    ],
)
async def test_the_table_refuses_states_that_cannot_be(change: str, guard: str) -> None:
    payment = await make_payment()
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.RestrictViolationError), match=guard):
        await database.execute(f"UPDATE payment SET {change} WHERE id = $1", payment.id)  # noqa: S608  # ours


async def test_refunds_stay_within_the_payment_in_the_database_too() -> None:
    payment = await make_paid_payment(100)
    with pytest.raises(asyncpg.CheckViolationError, match="payment_refunds_within_it"):
        await database.execute("UPDATE payment SET refund_fen = 101 WHERE id = $1", payment.id)
    with pytest.raises(asyncpg.CheckViolationError, match="payment_refunds_within_it"):
        await database.execute("UPDATE payment SET refunded_fen = 1 WHERE id = $1", payment.id)


async def test_an_amount_of_nothing_is_refused() -> None:
    member = await make_member()
    with pytest.raises(asyncpg.CheckViolationError, match="payment_amount_positive"):
        await database.execute(
            "INSERT INTO payment (id, purpose, subject_id, member_id, amount_fen, description, provider, out_trade_no,"
            " status, expires_at, next_ask_at) VALUES ($1, 'x', $1, $2, 0, 'x', 'x', $3, 'pending', now(), now())",
            new_id(),
            member.id,
            new_id().hex,
        )


def test_what_is_open_is_what_can_still_be_asked_about() -> None:
    assert {status for status in Status if FOLLOWS[status]} - set(OPEN) == {Status.CLOSED}
