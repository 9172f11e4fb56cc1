"""Settling: only money that is what was asked for makes a payment paid, once, whatever comes how often and when."""

import httpx
import pytest

from foundation import database, ground
from foundation.ids import new_id
from membership import payments
from membership.payments.port import Answer, Found
from membership.payments.settling import settle
from tests.makers.members import make_member
from tests.makers.payments import (
    close,
    heard,
    incidents,
    make_paid_payment,
    make_payment,
    make_prepared_payment,
    open_payment,
    order,
    paid,
    pay,
    refund,
    refunds,
    row,
    work,
)

pytestmark = pytest.mark.usefixtures("world")


async def test_a_payment_is_paid_when_wechat_says_so(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment(2500)
    assert await pay(standin, prepay_id) == [204]
    await work()
    found = await payments.payment(payment.member.id, payment.id)
    assert (found.status, found.amount_fen, found.subject_id) == ("paid", 2500, payment.subject_id)
    assert found.paid_at is not None
    assert heard(payment.id) == ["paid"]


async def test_three_notifications_are_one(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment()
    await pay(standin, prepay_id)
    for _ in range(2):
        assert (await order(standin, "redeliveries", number=payment.number))["answers"] == [204]
    await work()
    assert (await order(standin, "redeliveries", number=payment.number))["answers"] == [204]
    await work()
    assert heard(payment.id) == ["paid"]
    assert (await row(payment))["status"] == "paid"


async def test_a_notification_is_stored_once_and_sealed(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment()
    before = await database.fetchval("SELECT count(*) FROM payment_notification")
    await pay(standin, prepay_id)
    await order(standin, "redeliveries", number=payment.number)
    await work()
    assert await database.fetchval("SELECT count(*) FROM payment_notification") == before + 1
    stored = await database.fetchrow("SELECT * FROM payment_notification ORDER BY received_at DESC, id DESC LIMIT 1")
    assert stored is not None
    assert stored["acted_at"] is not None
    assert stored["kind"] == "TRANSACTION.SUCCESS"
    assert payment.member.openid.encode() not in stored["content_sealed"]


@pytest.mark.parametrize(
    ("otherwise", "kind"),
    [
        ({"amount_fen": 1}, "wrong_amount"),
        ({"amount_fen": 1991}, "wrong_amount"),
        ({"currency": "USD"}, "wrong_amount"),
        ({"payer": "o-somebody-else"}, "wrong_payer"),
        ({"ours": False}, "wrong_account"),
    ],
)
async def test_money_that_does_not_fit_is_an_incident_and_nothing_is_paid(
    otherwise: dict[str, object], kind: str
) -> None:
    payment, _ = await make_prepared_payment(1990)
    for _ in range(2):
        assert (await settle(payment.number, paid(payment, **otherwise))).status == "disputed"
    await work()
    assert await incidents(payment) == [kind]
    assert heard(payment.id) == ["closed"]
    assert await refunds(payment) == []


async def test_the_owner_of_a_disputed_payment_may_close_it_and_nothing_changes() -> None:
    payment, _ = await make_prepared_payment()
    await settle(payment.number, paid(payment, amount_fen=1))
    await close(payment.id)
    assert (await row(payment))["status"] == "disputed"
    with pytest.raises(payments.PaymentClosed):
        await payments.prepare(payment.member.id, payment.id)
    with pytest.raises(payments.NotPaid):
        await refund(payment.id, 1)


async def test_a_wrong_amount_at_wechat_is_never_paid(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment(1990)
    assert await pay(standin, prepay_id, amount_fen=1) == [204]
    await work()
    assert (await row(payment))["status"] == "disputed"
    assert await incidents(payment) == ["wrong_amount"]
    assert "paid" not in heard(payment.id)


async def test_money_after_the_close_goes_back_by_itself(standin: httpx.AsyncClient) -> None:
    """Closed with us while WeChat was not told yet: she was faster."""
    payment, prepay_id = await make_prepared_payment(1990)
    await close(payment.id)
    await pay(standin, prepay_id)
    await work()
    (refund,) = await refunds(payment)
    assert (await row(payment))["status"] == "late"
    assert (refund["amount_fen"], refund["status"]) == (1990, "processing")
    await order(standin, "refund_ends", out_refund_no=refund["out_refund_no"], state="SUCCESS")
    await work()
    assert (await row(payment))["refunded_fen"] == 1990
    # The owner gave up: it hears neither of the money nor of the refund.
    assert heard(payment.id) == []
    told = await database.fetchval("SELECT count(*) FROM notification WHERE member_id = $1", payment.member.id)
    assert told == 1


async def test_late_money_is_refunded_once(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment()
    await close(payment.id)
    await pay(standin, prepay_id)
    await order(standin, "redeliveries", number=payment.number)
    await work()
    await settle(payment.number, paid(payment, transaction_id=(await row(payment))["transaction_id"]))
    assert len(await refunds(payment)) == 1


async def test_money_for_one_that_is_closed_everywhere_goes_back_too() -> None:
    payment, _ = await make_prepared_payment()
    await close(payment.id)
    await settle(payment.number, Answer(Found.CLOSED))
    assert (await row(payment))["status"] == "closed"
    assert (await settle(payment.number, paid(payment))).status == "late"
    assert len(await refunds(payment)) == 1


async def test_what_is_paid_stays_paid_whatever_is_said_later() -> None:
    payment = await make_paid_payment()
    for found in (Found.NOTHING, Found.UNPAID, Found.CLOSED):
        assert (await settle(payment.number, Answer(found))).status == "paid"
    with pytest.raises(payments.AlreadyPaid):
        await close(payment.id)


async def test_two_payments_for_one_order_are_an_incident() -> None:
    payment = await make_paid_payment()
    await settle(payment.number, paid(payment, transaction_id="4200000000009"))
    assert await incidents(payment) == ["paid_twice"]
    assert (await row(payment))["status"] == "paid"


async def test_money_for_a_number_that_is_not_ours_changes_nothing() -> None:
    payment = await make_payment()
    assert (await settle("0" * 32, paid(payment))).status is None


async def test_closing_what_was_never_prepared_is_over_at_once() -> None:
    payment = await make_payment()
    await close(payment.id)
    await close(payment.id)
    assert (await row(payment))["status"] == "closed"
    with pytest.raises(payments.PaymentClosed):
        await payments.prepare(payment.member.id, payment.id)


async def test_closing_tells_wechat(standin: httpx.AsyncClient) -> None:
    payment, prepay_id = await make_prepared_payment()
    await close(payment.id)
    assert (await row(payment))["status"] == "closing"
    await work()
    assert (await row(payment))["status"] == "closed"
    refused = await standin.post("/__ctl/payments", json={"prepay_id": prepay_id})
    assert refused.status_code == 409


async def test_one_subject_has_one_payment() -> None:
    payment = await make_payment()
    with pytest.raises(Exception, match="payment_once_per_subject"):
        await open_payment(payment.member.id, payment.subject_id, 5, 30)


async def test_virtual_goods_are_refused_with_a_reason() -> None:
    with pytest.raises(payments.VirtualPaymentOff) as refused:
        await open_payment((await make_member()).id, new_id(), 5, 30, virtual=True)
    assert "虚拟商品" in refused.value.message


async def test_without_wechat_pay_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    member = await make_member()
    monkeypatch.setattr(ground._Resource, "pay", None)
    with pytest.raises(payments.PaymentUnavailable) as refused:
        await open_payment(member.id, new_id(), 5, 30)
    assert (refused.value.status, refused.value.code) == (503, "payment_unavailable")
