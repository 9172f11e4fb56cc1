"""Everybody at once on one payment: the races for money, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

from collections import Counter
from collections.abc import Awaitable, Callable

from membership import payments
from membership.payments.settling import settle
from tests.makers.payments import (
    close,
    heard,
    make_paid_payment,
    make_prepared_payment,
    paid,
    refund,
    refunds,
    row,
    work,
)
from tests.makers.redemption_races import gather, kinds

REFUND_FEN = 100

UNLOCKED = "SELECT status FROM payment WHERE id = $1"
UNLOCKED_CLAIM = """
WITH seen AS MATERIALIZED (SELECT refund_fen FROM payment WHERE id = $1)
UPDATE payment SET refund_fen = seen.refund_fen + $2 FROM seen
 WHERE id = $1 AND status IN ('paid', 'late') AND seen.refund_fen + $2 <= amount_fen
"""
"""The same statements without the lock, checking what was read before."""


async def many_refunds(requests: int, room: int) -> tuple[Counter[str], int, int]:
    """Refunds of a payment with room for some of them: (results by kind, fen claimed, fen of all refunds)."""
    payment = await make_paid_payment(REFUND_FEN * room)
    results = await gather([lambda: refund(payment.id, REFUND_FEN)] * requests)
    made = await refunds(payment)
    return kinds(results), (await row(payment))["refund_fen"], sum(each["amount_fen"] for each in made)


def expect_room_for(outcome: tuple[Counter[str], int, int], requests: int, room: int) -> None:
    assert outcome == (
        {"UUID": room, "RefundTooLarge": requests - room},
        room * REFUND_FEN,
        room * REFUND_FEN,
    )


async def one_refund_many_times(requests: int) -> tuple[int, int, int]:
    """One key at once: (different refunds, rows, fen claimed)."""
    payment = await make_paid_payment(REFUND_FEN * requests)
    results = await gather([lambda: refund(payment.id, REFUND_FEN, "the-key")] * requests)
    return len(set(results)), len(await refunds(payment)), (await row(payment))["refund_fen"]


def expect_one_refund(outcome: tuple[int, int, int]) -> None:
    assert outcome == (1, 1, REFUND_FEN)


async def one_payment_many_words(words: int) -> list[str]:
    """WeChat's word comes by notifications and questions at once: what the owner heard."""
    payment, _ = await make_prepared_payment()
    answer = paid(payment)
    await gather([lambda: settle(payment.number, answer)] * words)
    await work()
    return heard(payment.id)


async def paying_and_closing(payments_made: int) -> Counter[tuple[str, str, str, int]]:
    """For each payment money and a close at once: (close's result, status, what was heard, refunds)."""
    outcomes: Counter[tuple[str, str, str, int]] = Counter()
    for number in range(payments_made):
        payment, _ = await make_prepared_payment()
        answer = paid(payment)
        both: list[Callable[[], Awaitable[object]]] = [
            lambda payment=payment, answer=answer: settle(payment.number, answer),  # type: ignore[misc]  # mypy: defaults of a lambda
            lambda payment=payment: close(payment.id),  # type: ignore[misc]  # as above
        ]
        results = await gather(both if number % 2 else both[::-1])
        closed = results[1 if number % 2 else 0]
        status = (await row(payment))["status"]
        before_work = len(await refunds(payment))
        await work()
        outcomes[(type(closed).__name__, status, ",".join(heard(payment.id)), before_work)] += 1
    return outcomes


def expect_paid_or_returned(outcomes: Counter[tuple[str, str, str, int]]) -> None:
    assert set(outcomes) <= {
        (payments.AlreadyPaid.__name__, "paid", "paid", 0),
        ("NoneType", "late", "", 1),
    }
