"""Asking: a lost notification is healed, what expires is closed, and a provider that is away stops nothing for ever."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from foundation import database
from membership import payments
from tests.makers.payments import (
    MadePayment,
    close,
    heard,
    make_due,
    make_payment,
    make_prepared_payment,
    order,
    pay,
    row,
    work,
)

pytestmark = pytest.mark.usefixtures("world")

FIND = "/v3/pay/transactions/out-trade-no/<number:str>"
CLOSE = "/v3/pay/transactions/out-trade-no/<number:str>/close"

NOW_EXPIRED = "UPDATE payment SET expires_at = $2, next_ask_at = now() WHERE id = $1"


async def _expire(payment: MadePayment, minutes: int = 1) -> None:
    """Its time is over since so long. (What was agreed does not change; for this test, time does.)"""
    connection = await database.pool().acquire()
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL session_replication_role = replica")  # without the trigger
            await connection.execute(NOW_EXPIRED, payment.id, datetime.now(UTC) - timedelta(minutes=minutes))
    finally:
        await database.pool().release(connection)


async def _ask() -> None:
    await payments.ask_due()
    await work()


async def test_a_lost_notification_is_healed(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment()
    await order(standin, "notification_fates", fates=["drop"])
    assert await pay(standin, prepay_id) == []
    await _ask()
    assert (await row(payment))["status"] == "pending"  # its minute is not over
    await make_due(payment)
    await _ask()
    assert (await row(payment))["status"] == "paid"
    assert heard(payment.id) == ["paid"]


async def test_the_first_question_comes_a_minute_after_preparing() -> None:
    payment, _ = await make_prepared_payment()
    seconds = await database.fetchval(
        "SELECT extract(epoch FROM next_ask_at - prepared_at) FROM payment WHERE id = $1", payment.id
    )
    assert 55 <= seconds <= 61


async def test_a_notification_after_the_healing_changes_nothing(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment()
    await order(standin, "notification_fates", fates=["drop"])
    await pay(standin, prepay_id)
    await make_due(payment)
    await _ask()
    assert (await order(standin, "redeliveries", number=payment.number))["answers"] == [204]
    await work()
    assert heard(payment.id) == ["paid"]


async def test_one_that_waits_is_asked_again_later() -> None:
    payment, _ = await make_prepared_payment()
    await make_due(payment)
    await _ask()
    stored = await row(payment)
    assert stored["status"] == "pending"
    assert stored["next_ask_at"] > datetime.now(UTC) + timedelta(seconds=30)


async def test_what_was_never_prepared_expires_without_a_question(standin: httpx.AsyncClient) -> None:
    payment = await make_payment()
    await _expire(payment)
    await order(standin, "fail", path=FIND, times=1, http_status=502)
    await _ask()
    assert (await row(payment))["status"] == "closed"
    assert heard(payment.id) == ["closed"]
    await order(standin, "fail", path=FIND, times=0)


async def test_what_expires_unpaid_is_closed_here_and_there(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment()
    await _expire(payment)
    await _ask()
    assert (await row(payment))["status"] == "closed"
    assert heard(payment.id) == ["closed"]
    assert (await standin.post("/__ctl/payments", json={"prepay_id": prepay_id})).status_code == 409


async def test_what_was_paid_in_the_last_second_is_paid(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment()
    await order(standin, "notification_fates", fates=["drop"])
    await pay(standin, prepay_id)
    await _expire(payment)
    await _ask()
    assert (await row(payment))["status"] == "paid"
    assert heard(payment.id) == ["paid"]


async def test_while_wechat_is_away_what_expired_waits_for_ten_minutes_and_no_longer(
    standin: httpx.AsyncClient,
) -> None:
    payment, prepay_id = await make_prepared_payment()
    await order(standin, "notification_fates", fates=["drop"])
    await pay(standin, prepay_id)
    await order(standin, "fail", path=FIND, times=100, http_status=503)
    await _expire(payment, minutes=9)
    await _ask()
    assert ((await row(payment))["status"], heard(payment.id)) == ("pending", [])
    await _expire(payment, minutes=11)
    await _ask()
    assert ((await row(payment))["status"], heard(payment.id)) == ("closing", ["closed"])
    # WeChat is back, and knows of money: it goes back.
    await order(standin, "fail", path=FIND, times=0)
    await make_due(payment)
    await _ask()
    assert (await row(payment))["status"] == "late"
    assert heard(payment.id) == ["closed"]


async def test_closing_goes_on_when_wechat_is_back(standin: httpx.AsyncClient) -> None:
    payment, _ = await make_prepared_payment()
    await order(standin, "fail", path=CLOSE, times=1, http_status=500)
    await close(payment.id)
    await work()
    assert (await row(payment))["status"] == "closing"
    await make_due(payment)
    await _ask()
    assert (await row(payment))["status"] == "closed"


async def test_an_answer_that_nobody_signed_is_none(standin: httpx.AsyncClient) -> None:
    """A page in between that says the order does not exist must not close it."""
    payment, _ = await make_prepared_payment()
    await close(payment.id)
    await order(standin, "fail", path=FIND, times=1, body='{"trade_state":"CLOSED"}')
    await work()
    assert (await row(payment))["status"] == "closing"
