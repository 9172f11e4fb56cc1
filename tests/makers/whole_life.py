"""Makers: the story of one mother who tells us everything, over HTTP, with a canary in every word of hers.

A feature that stores something of a person adds a chapter, or a line to one; `tests/last/test_canaries.py` says which
columns of the data map nobody has written into. What happens at the till is told in `whole_life_tills.py`, and of her
children and rights in `whole_life_babies.py`.
"""

import base64
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from foundation import database
from foundation.settings import Settings
from foundation.wechat.standin.push import seal
from membership.referrals import jobs as referral_jobs
from membership.staff import Role
from tests import canaries
from tests.makers.flash import running
from tests.makers.mall import give_points
from tests.makers.members import make_known_member
from tests.makers.mothers import Mother
from tests.makers.orders import MONEY_FEN, make_offer, work
from tests.makers.payments import pay
from tests.makers.referrals import Programme, buys
from tests.makers.staff import make_staff
from tests.makers.stores import make_store
from tests.makers.surveys import ANSWERS, make_survey

POINTS = 10_000


class Life(msgspec.Struct, frozen=True):
    """Whom the story is about, and those whom she meets."""

    api: httpx.AsyncClient
    standin: httpx.AsyncClient
    settings: Settings
    mother: Mother
    phone: str
    id: UUID
    number: str

    async def ask(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
        """What the service answers to her, or to who has these headers; a refusal fails the story."""
        headers = {"Idempotency-Key": uuid4().hex, **(self.mother.headers if headers is None else headers)}
        answer = await self.api.request(method, path, json=body, headers=headers)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.content


Chapter = Callable[[Life], Coroutine[Any, Any, None]]


async def begin(api: httpx.AsyncClient, standin: httpx.AsyncClient, settings: Settings) -> Life:
    """She signs in, agrees and verifies her phone."""
    mother = await known_to_wechat(api, standin)
    signed_in = await mother.sign_in()
    for token in ("access_token", "refresh_token"):
        canaries.plant(token, signed_in[token])
    phone = plant_phone("her phone")
    await mother.agree()
    verified = await mother.verify(phone)
    assert verified.status_code == 200, verified.text
    member = signed_in["member"]
    life = Life(api, standin, settings, mother, phone, UUID(member["id"]), member["number"])
    await give_points(life.id, POINTS)
    return life


async def known_to_wechat(api: httpx.AsyncClient, standin: httpx.AsyncClient) -> Mother:
    mother = Mother(api, standin)
    known = (await standin.post("/__ctl/login_codes", json={"person": mother.person})).json()
    for what in ("openid", "unionid"):
        canaries.plant(what, known[what])
    return mother


def plant_phone(what: str) -> str:
    """A phone in E.164 of which the digests are looked for too."""
    national = canaries.phone(what)
    canaries.plant(what, national)
    canaries.plant(what, f"86{national}")
    return canaries.plant(what, f"+86{national}")


async def profile(life: Life) -> None:
    await life.ask(
        "PATCH",
        "/api/v1/me",
        {
            "nickname": canaries.text("nickname", "小"),
            "city": canaries.text("city", "上海"),
            "relation": "mother",
            "birthday": "1991-05-17",
        },
    )
    for path in ("/api/v1/me", "/api/v1/me/card", "/api/v1/me/consents"):
        await life.ask("GET", path)


async def delivery(life: Life) -> None:
    """What she orders is sent to her, comes, and goes back."""
    address = {
        "name": canaries.text("addressee", "陈"),
        "phone": plant_phone("addressee's phone"),
        "region": canaries.text("region", "上海市 "),
        "detail": canaries.text("street", "长乐路"),
    }
    address_id = (await life.ask("POST", "/api/v1/me/addresses", address))["id"]
    product_id = str(await make_offer(delivery=True))
    wish = {"product_id": product_id, "fulfilment": "delivery", "address_id": address_id}
    path = f"/api/v1/mall/redemptions/{(await life.ask('POST', '/api/v1/mall/redemptions', wish))['id']}"
    operator = await staff_headers(life, Role.OPERATOR)
    order = path.replace("/api/v1/mall/redemptions", "/staff/v1/orders")
    await life.ask("GET", f"{order}/address?purpose=shipping", headers=operator)
    shipment = {"carrier": "顺丰速运", "tracking_number": canaries.text("tracking number", "SF")}
    await life.ask("POST", f"{order}/shipment", shipment, operator)
    await life.ask("POST", f"{path}/receipt")
    await life.ask("POST", f"{path}/return", {"reason": canaries.text("why it goes back", "宝宝过敏")})
    await life.ask("GET", "/staff/v1/orders/returns", headers=operator)


async def virtual_goods(life: Life) -> None:
    product_id = str(await make_offer(kind="virtual", pickup=False))
    operator = await staff_headers(life, Role.OPERATOR)
    texts = [canaries.text("code of virtual goods", "CODE-")]
    await life.ask("POST", f"/staff/v1/products/{product_id}/goods", {"texts": texts}, operator)
    await life.ask("POST", "/api/v1/mall/redemptions", {"product_id": product_id, "fulfilment": "virtual"})


async def pick_up(life: Life) -> None:
    """With money on top, which she pays in WeChat; then at a counter, and once more to be refunded."""
    store, product_id = await make_store(), str(await make_offer(money_fen=MONEY_FEN))
    clerk = await staff_headers(life, Role.CLERK, store.id)
    for end in ("handover", "cancellation"):
        order = await life.ask("POST", "/api/v1/mall/redemptions", {"product_id": product_id, "store": store.code})
        prepared = await life.ask("POST", f"/api/v1/me/payments/{order['payment_id']}/preparation")
        await pay(life.standin, prepared["package"].removeprefix("prepay_id="))
        await work()
        if end == "handover":
            await life.ask("POST", f"/staff/v1/redemptions/{order['id']}/handover", headers=clerk)
        else:
            await life.ask("POST", f"/api/v1/mall/redemptions/{order['id']}/cancellation")
            await work()


async def flash_sale(life: Life) -> None:
    body = {"store": (await make_store()).code, "device": canaries.text("device")}
    await life.ask("POST", f"/api/v1/mall/flash-sales/{await running(1)}/redemptions", body)


async def survey(life: Life) -> None:
    answers = {**ANSWERS, "words": canaries.text("survey answer", "想要")}
    await life.ask("POST", f"/api/v1/surveys/{(await make_survey()).id}/responses", {"answers": answers})


async def friend(life: Life) -> None:
    """She brings a friend, who buys something and keeps it."""
    brought = await make_known_member()
    async with Programme():
        code = (await life.ask("GET", "/api/v1/me/referral"))["code"]
        await life.ask("POST", "/api/v1/me/referral", {"code": code}, brought.headers)
        await database.execute("UPDATE referral SET entered_on = entered_on - 20 WHERE friend_id = $1", brought.id)
        await buys(brought, days_ago=10)
        await referral_jobs.settle_due()


async def word_to_wechat(life: Life) -> None:
    """What she writes to us in WeChat."""
    message = {
        "MsgId": uuid4().hex,
        "ToUserName": "gh_1",
        "FromUserName": canaries.text("sender in WeChat", "o"),
        "MsgType": "text",
        "Content": canaries.text("message in WeChat", "宝宝发烧了"),
    }
    query, body = seal(life.settings.wechat, message, 1_700_000_000)
    headers = {"Content-Type": "application/json"}
    answer = await life.api.post("/wechat", params=query, content=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def ban(life: Life) -> None:
    """Somebody else is locked out."""
    other = await known_to_wechat(life.api, life.standin)
    number = (await other.sign_in())["member"]["number"]
    moderator = await staff_headers(life, Role.MODERATOR)
    reason = {"reason": canaries.text("reason of a ban", "刷单")}
    await life.ask("POST", f"/staff/v1/members/{number}/ban", reason, moderator)


async def staff_headers(life: Life, role: Role, store_id: UUID | None = None) -> dict[str, str]:
    """Somebody of the staff signs in over HTTP; her secrets are canaries too."""
    made = await make_staff(role, store_id=store_id)
    canaries.plant("secret of an authenticator", made.totp_secret)
    canaries.plant("password", made.password)
    body = {"name": made.name, "password": made.password, "totp": made.code()}
    tokens = await life.ask("POST", "/staff/v1/auth/login", body, {})
    canaries.plant("token of the staff", tokens["access_token"])
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def wrong_inputs() -> list[tuple[str, str, object]]:
    """What is refused must not be told in the log either: (method, path, body)."""
    odd = canaries.text("wrong input", "错")
    basic = base64.b64encode(odd.encode()).decode()
    return [
        ("POST", "/api/v1/auth/wechat", {"code": odd}),
        ("POST", "/api/v1/auth/phone", {"code": odd}),
        ("PATCH", "/api/v1/me", {"nickname": odd * 9, "city": [odd]}),
        ("POST", "/api/v1/babies", {"babies": [{"nickname": odd, "birth_date": odd}]}),
        ("GET", f"/api/v1/babies/{odd}?{odd}={basic}", None),
        ("GET", f"/{odd}/{basic}", None),
    ]


async def mistakes(life: Life) -> None:
    for method, path, body in wrong_inputs():
        answer = await life.api.request(method, path, json=body, headers=life.mother.headers)
        assert 400 <= answer.status_code < 500, f"{method} {path}: {answer.status_code}"
