"""Paying over HTTP: what her mini-program asks before and after `wx.requestPayment`."""

import httpx
import pytest

from foundation import ground
from tests.makers.members import make_member
from tests.makers.payments import close, make_payment, order, pay, refund, work

pytestmark = pytest.mark.usefixtures("world")


async def test_she_prepares_pays_and_sees_it_paid(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> None:
    payment = await make_payment(1990)
    path = f"/api/v1/me/payments/{payment.id}"
    before = (await api.get(path, headers=payment.member.headers)).json()
    assert (before["status"], before["amount_fen"], before["paid_at"]) == ("pending", 1990, None)
    prepared = await api.post(f"{path}/preparation", headers=payment.member.headers)
    assert prepared.status_code == 200
    assert set(prepared.json()) == {"time_stamp", "nonce_str", "package", "sign_type", "pay_sign"}
    await pay(standin, prepared.json()["package"].removeprefix("prepay_id="))
    await work()
    after = (await api.get(path, headers=payment.member.headers)).json()
    assert (after["status"], after["refund_fen"]) == ("paid", 0)
    assert after["paid_at"] is not None
    again = await api.post(f"{path}/preparation", headers=payment.member.headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_paid")
    await refund(payment.id, 90)
    await work()
    refunded = (await api.get(path, headers=payment.member.headers)).json()
    assert (refunded["refund_fen"], refunded["refunded_fen"]) == (90, 0)


async def test_a_closed_one_is_refused(api: httpx.AsyncClient) -> None:
    payment = await make_payment()
    await close(payment.id)
    answer = await api.post(f"/api/v1/me/payments/{payment.id}/preparation", headers=payment.member.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_closed")


async def test_a_strangers_is_404(api: httpx.AsyncClient) -> None:
    payment, stranger = await make_payment(), await make_member()
    path = f"/api/v1/me/payments/{payment.id}"
    for answer in (
        await api.get(path, headers=stranger.headers),
        await api.post(f"{path}/preparation", headers=stranger.headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "payment_not_found")


@pytest.mark.parametrize("fault", [{"http_status": 503}, {"body": "<html><body>504</body></html>"}])
async def test_wechat_away_is_503_in_chinese(
    api: httpx.AsyncClient, standin: httpx.AsyncClient, fault: dict[str, object]
) -> None:
    payment = await make_payment()
    await order(standin, "fail", path="/v3/pay/transactions/jsapi", times=1, **fault)
    answer = await api.post(f"/api/v1/me/payments/{payment.id}/preparation", headers=payment.member.headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "payment_unavailable")
    assert answer.json()["detail"] == "支付服务暂时不可用，请稍后再试"
    assert answer.headers["Retry-After"] == "5"


async def test_without_wechat_pay_it_is_503(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = await make_payment()
    with monkeypatch.context() as patch:
        patch.setattr(ground._Resource, "pay", None)
        answer = await api.post(f"/api/v1/me/payments/{payment.id}/preparation", headers=payment.member.headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "payment_unavailable")
