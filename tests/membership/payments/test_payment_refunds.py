"""Refunds: never more than was paid, once for each key, and every end of them accounted for."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from membership import payments
from membership.payments.machine import RefundStatus
from membership.payments.port import RefundAnswer
from membership.payments.refunding import settle_refund
from tests.makers.payments import (
    HEARD,
    MadePayment,
    heard,
    incidents,
    make_due,
    make_paid_payment,
    make_payment,
    make_prepared_payment,
    order,
    pay,
    refund,
    refunds,
    row,
    work,
)

pytestmark = pytest.mark.usefixtures("world")

REFUND = "/v3/refund/domestic/refunds"


@pytest_asyncio.fixture
async def bought(standin: httpx.AsyncClient) -> AsyncIterator[MadePayment]:
    """A payment of ¥10 that WeChat knows to be paid."""
    payment, prepay_id = await make_prepared_payment(1000)
    await pay(standin, prepay_id)
    await work()
    yield payment
    await order(standin, "fail", path=REFUND, times=0)


async def _end(standin: httpx.AsyncClient, payment: MadePayment, state: str) -> None:
    """WeChat ends the latest refund, and says so."""
    number = (await refunds(payment))[-1]["out_refund_no"]
    assert (await order(standin, "refund_ends", out_refund_no=number, state=state))["answers"] == [204]
    await work()


async def _sums(payment: MadePayment) -> tuple[int, int]:
    stored = await row(payment)
    return stored["refund_fen"], stored["refunded_fen"]


async def test_a_refund_goes_out_and_arrives(standin: httpx.AsyncClient, bought: MadePayment) -> None:
    refund_id = await refund(bought.id, 300, "return-1")
    assert await _sums(bought) == (300, 0)
    await work()
    (sent,) = await refunds(bought)
    assert (sent["status"], sent["id"]) == ("processing", refund_id)
    await _end(standin, bought, "SUCCESS")
    assert await _sums(bought) == (300, 300)
    event = HEARD[-1][1]
    assert isinstance(event, payments.RefundEvent)
    assert (event.refund_id, event.key, event.amount_fen) == (refund_id, "return-1", 300)
    assert (event.payment_id, event.subject_id) == (bought.id, bought.subject_id)


async def test_a_refund_that_arrives_is_heard_once(standin: httpx.AsyncClient, bought: MadePayment) -> None:
    await refund(bought.id, 300)
    await work()
    await _end(standin, bought, "SUCCESS")
    number = (await refunds(bought))[0]["out_refund_no"]
    await order(standin, "redeliveries", number=number)
    await settle_refund(number, RefundAnswer("503", RefundStatus.SUCCEEDED, 300))
    await work()
    assert heard(bought.id).count("refunded") == 1
    assert await _sums(bought) == (300, 300)


async def test_the_same_key_is_the_same_refund(bought: MadePayment) -> None:
    first = await refund(bought.id, 300, "k")
    assert await refund(bought.id, 300, "k") == first
    with pytest.raises(payments.RefundKeyUsed):
        await refund(bought.id, 301, "k")
    assert await _sums(bought) == (300, 0)


async def test_all_refunds_together_stay_within_what_was_paid(bought: MadePayment) -> None:
    await refund(bought.id, 600)
    with pytest.raises(payments.RefundTooLarge):
        await refund(bought.id, 401)
    await refund(bought.id, 400)
    with pytest.raises(payments.RefundTooLarge):
        await refund(bought.id, 1)
    assert await _sums(bought) == (1000, 0)


async def test_what_was_not_paid_cannot_go_back() -> None:
    payment = await make_payment()
    with pytest.raises(payments.NotPaid):
        await refund(payment.id, 1)
    with pytest.raises(payments.PaymentNotFound):
        await refund(payment.subject_id, 1)


async def test_a_closed_refund_is_an_incident_and_frees_what_it_claimed(
    standin: httpx.AsyncClient, bought: MadePayment
) -> None:
    await refund(bought.id, 1000)
    await work()
    await _end(standin, bought, "CLOSED")
    assert await _sums(bought) == (0, 0)
    assert await incidents(bought) == ["refund_closed"]
    assert "refunded" not in heard(bought.id)
    await refund(bought.id, 1000)
    await work()
    await _end(standin, bought, "SUCCESS")
    assert await _sums(bought) == (1000, 1000)


async def test_an_abnormal_refund_waits_for_a_person_and_may_succeed(
    standin: httpx.AsyncClient, bought: MadePayment
) -> None:
    await refund(bought.id, 500)
    await work()
    await _end(standin, bought, "ABNORMAL")
    assert await incidents(bought) == ["refund_abnormal"]
    assert await _sums(bought) == (500, 0)
    await _end(standin, bought, "SUCCESS")
    assert await _sums(bought) == (500, 500)


async def test_notifications_out_of_order_end_the_same(bought: MadePayment) -> None:
    await refund(bought.id, 500)
    number = (await refunds(bought))[0]["out_refund_no"]
    for status in (RefundStatus.SUCCEEDED, RefundStatus.ABNORMAL, RefundStatus.PROCESSING):
        assert await settle_refund(number, RefundAnswer("503", status, 500))
    assert (await refunds(bought))[0]["status"] == "succeeded"
    assert await incidents(bought) == []


async def test_two_different_ends_are_an_incident(bought: MadePayment) -> None:
    await refund(bought.id, 500)
    number = (await refunds(bought))[0]["out_refund_no"]
    await settle_refund(number, RefundAnswer("503", RefundStatus.CLOSED, 500))
    await settle_refund(number, RefundAnswer("503", RefundStatus.SUCCEEDED, 500))
    assert await incidents(bought) == ["refund_closed", "refund_contradiction"]


async def test_a_refund_of_another_amount_is_an_incident_and_settles_nothing(bought: MadePayment) -> None:
    await refund(bought.id, 500)
    number = (await refunds(bought))[0]["out_refund_no"]
    await settle_refund(number, RefundAnswer("503", RefundStatus.SUCCEEDED, 499))
    assert await incidents(bought) == ["wrong_refund_amount"]
    assert await _sums(bought) == (500, 0)


async def test_a_refund_of_nobodys_changes_nothing() -> None:
    assert not await settle_refund("f" * 32, RefundAnswer("503", RefundStatus.SUCCEEDED, 1))


async def test_wechat_away_means_later_and_never_twice(standin: httpx.AsyncClient, bought: MadePayment) -> None:
    await order(standin, "fail", path=REFUND, times=1, http_status=502)
    await refund(bought.id, 400)
    await work()
    assert (await refunds(bought))[0]["status"] == "requested"
    await make_due(bought)
    await payments.ask_due()
    await work()
    assert (await refunds(bought))[0]["status"] == "processing"
    await _end(standin, bought, "SUCCESS")
    assert await _sums(bought) == (400, 400)


async def test_a_lost_notification_of_a_refund_is_healed(standin: httpx.AsyncClient, bought: MadePayment) -> None:
    await refund(bought.id, 400)
    await work()
    await order(standin, "notification_fates", fates=["drop"])
    number = (await refunds(bought))[0]["out_refund_no"]
    assert (await order(standin, "refund_ends", out_refund_no=number, state="SUCCESS"))["answers"] == []
    await payments.ask_due()
    await work()
    assert await _sums(bought) == (400, 0)  # its minute is not over
    await make_due(bought)
    await payments.ask_due()
    await work()
    assert await _sums(bought) == (400, 400)


async def test_an_empty_account_is_an_incident_and_the_refund_waits(
    standin: httpx.AsyncClient, bought: MadePayment
) -> None:
    await order(standin, "fail", path=REFUND, times=2, pay_code="NOT_ENOUGH")
    await refund(bought.id, 400)
    await work()
    await make_due(bought)
    await payments.ask_due()
    await work()
    assert await incidents(bought) == ["account_empty"]
    assert (await refunds(bought))[0]["status"] == "requested"
    await make_due(bought)
    await payments.ask_due()
    await work()
    assert (await refunds(bought))[0]["status"] == "processing"


async def test_a_refund_that_wechat_refuses_for_good_is_an_incident(
    standin: httpx.AsyncClient, bought: MadePayment
) -> None:
    await order(standin, "fail", path=REFUND, times=1, pay_code="RULE_LIMIT")
    await refund(bought.id, 400)
    await work()
    assert await incidents(bought) == ["refund_refused"]
    assert (await refunds(bought))[0]["status"] == "closed"
    assert await _sums(bought) == (0, 0)


async def test_a_refund_of_money_that_wechat_does_not_know() -> None:
    """Our word alone (nothing was paid at WeChat) brings no money out of it."""
    payment = await make_paid_payment(500)
    await refund(payment.id, 500)
    await work()
    assert await incidents(payment) == ["refund_refused"]
