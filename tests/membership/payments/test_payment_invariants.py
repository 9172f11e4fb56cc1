"""The invariants hold after real work, and each notices what breaks it."""

import httpx
import pytest

from membership.payments.invariants import INVARIANTS
from membership.payments.machine import RefundStatus
from membership.payments.port import RefundAnswer
from membership.payments.refunding import settle_refund
from membership.payments.settling import settle
from tests.breakers import broken_by, keeps
from tests.makers.payments import (
    MadePayment,
    close,
    make_paid_payment,
    make_prepared_payment,
    paid,
    pay,
    refund,
    refunds,
    work,
)

pytestmark = pytest.mark.usefixtures("world")

BREAKS = {invariant.name: invariant for invariant in INVARIANTS}


async def _some_of_everything(standin: httpx.AsyncClient) -> MadePayment:
    """A paid one with refunds of every end, one that came late, one in dispute, one that is open; the first of them."""
    payment = await make_paid_payment(1000)
    for status in (RefundStatus.SUCCEEDED, RefundStatus.CLOSED, RefundStatus.ABNORMAL):
        await refund(payment.id, 100)
        await settle_refund((await refunds(payment))[-1]["out_refund_no"], RefundAnswer("503", status, 100))
    late, prepay_id = await make_prepared_payment()
    await close(late.id)
    await pay(standin, prepay_id)
    disputed, _ = await make_prepared_payment()
    await settle(disputed.number, paid(disputed, amount_fen=1))
    await make_prepared_payment()
    await work()
    return payment


@keeps(INVARIANTS)
async def test_they_hold(standin: httpx.AsyncClient) -> None:
    await _some_of_everything(standin)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (
            "payments.refund_sums",
            "UPDATE payment SET refund_fen = refund_fen + 1 WHERE status = 'paid' AND amount_fen > refund_fen",
        ),
        ("payments.refund_sums", "UPDATE payment SET refunded_fen = refunded_fen - 1 WHERE refunded_fen > 0"),
        (
            "payments.refund_sums",
            "UPDATE payment_refund SET status = 'succeeded', settled_at = now(), next_ask_at = NULL"
            " WHERE status = 'processing'",
        ),
        ("payments.late_money_goes_back", "UPDATE payment SET refund_fen = 0, refunded_fen = 0 WHERE status = 'late'"),
        (
            "payments.disputes_are_known",
            "UPDATE payment SET status = 'disputed', transaction_id = 'x', paid_at = now(), next_ask_at = NULL"
            " WHERE id = (SELECT id FROM payment WHERE status = 'pending' AND prepared_at IS NOT NULL LIMIT 1)",
        ),
        (
            "payments.somebody_asks",
            "UPDATE payment SET next_ask_at = now() - interval '2 hours' WHERE status = 'pending'",
        ),
        (
            "payments.somebody_asks",
            "UPDATE payment_refund SET next_ask_at = now() - interval '2 hours' WHERE next_ask_at IS NOT NULL",
        ),
        (
            "payments.notifications_are_acted_on",
            "UPDATE payment_notification SET acted_at = NULL, received_at = now() - interval '2 hours'",
        ),
    ],
)
async def test_each_notices(standin: httpx.AsyncClient, name: str, damage: str) -> None:
    await _some_of_everything(standin)
    assert await broken_by(damage, BREAKS[name])
