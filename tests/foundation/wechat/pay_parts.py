"""Parts of the WeChat Pay tests: an account, a stand-in of its own, a client of it, and hands for the control plane."""

import functools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from foundation.pay_account import PLATFORM_PRIVATE_KEY, new_account
from foundation.pay_settings import WeChatPaySettings, read_pay
from foundation.wechat.pay import WeChatPay
from foundation.wechat.standin import create_standin
from foundation.wechat.standin.pay import PayAccount
from tests.foundation.wechat.parts import APP_ID, Standin, running, wechat_settings

OPENID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
NOTIFY_URL = "http://127.0.0.1:9/wechat/pay/notifications"
"""Nobody listens there: what is notified is tested at the API's own door."""


class TimeThatGoesOn:
    """The real time, moved forward by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@functools.cache
def account() -> PayAccount:
    """One for all these tests: its keys take a while to make."""
    variables = {**new_account(), "WECHAT_PAY_NOTIFY_URL": NOTIFY_URL}
    problems: list[str] = []
    settings = read_pay(variables, problems, production=False)
    assert settings is not None, problems
    return PayAccount(APP_ID, settings, variables[PLATFORM_PRIVATE_KEY])


def pay_settings(api_url: str, **changes: str) -> WeChatPaySettings:
    return msgspec.structs.replace(account().settings, api_url=api_url, **changes)


@asynccontextmanager
async def pay_client(api_url: str, **changes: str) -> AsyncIterator[WeChatPay]:
    pay = WeChatPay(pay_settings(api_url, **changes), APP_ID)
    try:
        yield pay
    finally:
        await pay.aclose()


@asynccontextmanager
async def pay_standin() -> AsyncIterator[Standin]:
    """Its `clock.ahead` moves time on."""
    clock = TimeThatGoesOn()
    app = create_standin(wechat_settings(""), clock=clock, pay=account())
    async with running(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        yield Standin(app, http, clock)


def soon(minutes: float = 30) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


async def ordered(pay: WeChatPay, number: str, **changes: Any) -> str:
    """An order of ¥10; the prepay id."""
    what: dict[str, Any] = {"amount_fen": 1000, "description": "礼品", "openid": OPENID, "expires_at": soon()} | changes
    return await pay.order(number, **what)


async def bought(pay: WeChatPay, standin: Standin, number: str, **otherwise: object) -> None:
    """An order of ¥10 that she paid."""
    await standin.order("payments", prepay_id=await ordered(pay, number), **otherwise)
