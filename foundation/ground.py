"""Brings the ground up and down for a process: the API, the worker, the seeds and the tests start here."""

from collections.abc import Iterable

from foundation import (
    audit_keys,
    cache,
    database,
    files,
    limits,
    pictures,
    pinyin,
    secrets,
    sessions,
    tokens,
    transactions,
    wrapping_keys,
)
from foundation.settings import Settings
from foundation.wechat import WeChat, WeChatCallbacks
from foundation.wechat.pay import WeChatPay

FINISH_SECONDS = 5.0


class _Resource:
    wechat: WeChat | None = None
    callbacks: WeChatCallbacks | None = None
    pay: WeChatPay | None = None


def wechat() -> WeChat:
    """The process's client of WeChat's servers."""
    assert _Resource.wechat is not None, "foundation.ground.up was not called"
    return _Resource.wechat


def callbacks() -> WeChatCallbacks:
    """What opens WeChat's pushed messages."""
    assert _Resource.callbacks is not None, "foundation.ground.up was not called"
    return _Resource.callbacks


def pay() -> WeChatPay | None:
    """The process's client of WeChat Pay; None where payments are not set up."""
    return _Resource.pay


async def up(
    settings: Settings, models: Iterable[str], *, statement_milliseconds: int = database.STATEMENT_MILLISECONDS
) -> None:
    """Opens what this process needs.

    Raises what the database driver raises when PostgreSQL is away, and `CannotStart` when it is sealed by other keys.
    """
    secrets.use(settings)
    tokens.use(settings)
    audit_keys.use(settings)
    sessions.use(settings)
    limits.use(enabled=settings.rate_limits)
    files.use(settings)
    cache.connect(settings.redis_url)
    _Resource.wechat = WeChat(settings.wechat, cache.client())
    _Resource.callbacks = WeChatCallbacks(settings.wechat)
    _Resource.pay = WeChatPay(settings.pay, settings.wechat.app_id) if settings.pay else None
    await database.connect(settings, models, statement_milliseconds=statement_milliseconds)
    try:
        await wrapping_keys.load(settings, secrets.vault())
    except BaseException:
        await database.close()
        raise


async def down() -> None:
    """Waits for running actions, then closes everything."""
    await transactions.finish_running(FINISH_SECONDS)
    await pictures.stop()
    await pinyin.stop()
    await wechat().aclose()
    if _Resource.pay is not None:
        await _Resource.pay.aclose()
    await database.close()
    await cache.close()
