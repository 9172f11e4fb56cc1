"""Preparing: what the mini-program gets, again and again, and what it is refused."""

import httpx
import pytest

from foundation import database
from membership import payments
from tests.makers.members import make_member
from tests.makers.payments import (
    close,
    make_paid_payment,
    make_payment,
    make_prepared_payment,
    order,
    prepare,
    row,
)

pytestmark = pytest.mark.usefixtures("world")

ORDER = "/v3/pay/transactions/jsapi"


async def test_preparing_again_is_the_same_order_and_asks_wechat_once(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment()
    await order(standin, "fail", path=ORDER, times=1, http_status=500)
    assert await prepare(payment) == prepay_id
    await order(standin, "fail", path=ORDER, times=0)


async def test_an_old_prepay_id_is_asked_for_anew() -> None:
    """The same order at WeChat: it must be told the same again, or it refuses."""
    payment, prepay_id = await make_prepared_payment()
    await database.execute("UPDATE payment SET prepay_until = now() + interval '5 minutes' WHERE id = $1", payment.id)
    assert await prepare(payment) == prepay_id
    assert (await row(payment))["prepay_until"] > (await row(payment))["prepared_at"]


async def test_the_parameters_are_those_of_request_payment() -> None:
    payment = await make_payment()
    parameters = await payments.prepare(payment.member.id, payment.id)
    assert parameters.package.startswith("prepay_id=wx")
    assert (parameters.sign_type, len(parameters.nonce_str)) == ("RSA", 32)
    assert parameters.time_stamp.isdigit()


async def test_what_cannot_be_paid_any_more_is_refused() -> None:
    paid, closed, short = await make_paid_payment(), await make_payment(), await make_payment(minutes=1)
    await close(closed.id)
    with pytest.raises(payments.AlreadyPaid):
        await prepare(paid)
    with pytest.raises(payments.PaymentClosed):
        await prepare(closed)
    with pytest.raises(payments.PaymentClosed):  # WeChat wants more than a minute
        await prepare(short)


async def test_a_strangers_payment_is_not_there() -> None:
    payment, stranger = await make_payment(), await make_member()
    with pytest.raises(payments.PaymentNotFound):
        await payments.prepare(stranger.id, payment.id)
    with pytest.raises(payments.PaymentNotFound):
        await payments.payment(stranger.id, payment.id)


@pytest.mark.parametrize("fault", [{"http_status": 502}, {"body": "<html>"}, {"pay_code": "SYSTEM_ERROR"}])
async def test_a_fault_of_wechats_is_503_and_preparing_again_works(
    standin: httpx.AsyncClient, fault: dict[str, object]
) -> None:
    payment = await make_payment()
    await order(standin, "fail", path=ORDER, times=1, **fault)
    with pytest.raises(payments.PaymentUnavailable) as refused:
        await prepare(payment)
    assert refused.value.details().detail == "支付服务暂时不可用，请稍后再试"
    assert await prepare(payment)


async def test_wechat_is_told_only_of_what_was_written_down_before(standin: httpx.AsyncClient) -> None:
    """A process that dies while WeChat answers must leave something to ask about."""
    payment = await make_payment()
    await order(standin, "fail", path=ORDER, times=1, http_status=502)
    with pytest.raises(payments.PaymentUnavailable):
        await prepare(payment)
    stored = await row(payment)
    assert stored["prepared_at"] is not None
    assert stored["next_ask_at"] < stored["expires_at"]
    await close(payment.id)
    assert (await row(payment))["status"] == "closing"
