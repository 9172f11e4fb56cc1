"""《母婴健康数据授权书》: what she allows, purpose by purpose, taking it back, and the receipt."""

from datetime import datetime
from html import escape
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation import clock
from foundation.http import Body, Caller, Raw, View
from membership import authorizations, members
from membership.authorizations import Purpose
from miniprogram_api.face import mothers

Purposes = Annotated[list[Purpose], Meta(max_length=5)]

PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:16px/1.8 sans-serif;max-width:42em;margin:2em auto;padding:0 1em}}h1{{text-align:center}}
dt{{font-weight:bold}}dd{{margin:0 0 .6em}}.text{{white-space:pre-wrap}}@media print{{body{{margin:0}}}}</style></head>
<body><h1>{title}</h1>
<dl><dt>回执编号</dt><dd>{id}</dd><dt>会员号</dt><dd>{number}</dd><dt>版本</dt><dd>第{version}版</dd>
<dt>监护人确认</dt><dd>本人已确认是宝宝的监护人</dd><dt>授权时间</dt><dd>{given_at}</dd>
<dt>有效期至</dt><dd>{valid_until}</dd><dt>状态</dt><dd>{state}</dd></dl>
<h2>授权用途</h2><dl>{ticks}</dl>
<h2>授权书全文</h2><div class="text">{text}</div></body></html>
"""


class PurposeOut(View):
    """What one tick says."""

    purpose: Purpose
    title: str
    text: str


class AuthorizationTextOut(View):
    """The current version. What is given by it is valid for `valid_days`."""

    version: int
    title: str
    text: str
    purposes: list[PurposeOut]
    valid_days: int
    published_at: datetime


class TickedOut(View):
    """One purpose and whether it stands."""

    purpose: Purpose
    title: str
    granted: bool


class GivenOut(View):
    """What stands: its receipt, the version she read, and until when."""

    receipt_id: UUID
    version: int
    given_at: datetime
    valid_until: datetime


class AuthorizationOut(View):
    """Where she stands. `prompt`: whether she may be asked on her way; after a refusal not for thirty days.

    `version` is the current one; `given` is null while nothing stands."""

    prompt: bool
    version: int
    purposes: list[TickedOut]
    given: GivenOut | None


class AuthorizationIn(Body):
    """What she ticked of the version she read; nothing ticked is a refusal. `is_guardian`: she confirms that she is the
    child's guardian, without which nothing is authorized."""

    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    purposes: Purposes
    is_guardian: bool = False


class WithdrawalIn(Body):
    """What she takes back; null: all of it."""

    purposes: Purposes | None = None


class ReceiptTickOut(View):
    """One purpose that was given; `withdrawn_at` is null while it was not taken back by itself."""

    purpose: Purpose
    title: str
    text: str
    withdrawn_at: datetime | None


class ReceiptOut(View):
    """What was given, in the words of that day. `ended_at` is null until all of it was taken back or replaced."""

    id: UUID
    member_number: str
    version: int
    title: str
    text: str
    is_guardian: bool
    purposes: list[ReceiptTickOut]
    given_at: datetime
    valid_until: datetime
    ended_at: datetime | None


@mothers.get("/authorization-text", who="public")
async def authorization_text() -> AuthorizationTextOut:
    """《母婴健康数据授权书》 in its current version."""
    text = await authorizations.text()
    return AuthorizationTextOut(
        version=text.version,
        title=text.title,
        text=text.text,
        purposes=[PurposeOut(each.purpose, each.title, each.text) for each in text.purposes],
        valid_days=text.valid_days,
        published_at=text.published_at,
    )


@mothers.get("/me/authorization", who="member")
async def my_authorization(caller: Caller) -> AuthorizationOut:
    """What she allows now, purpose by purpose."""
    return _out(await authorizations.authorization(caller.subject))


@mothers.route(
    "PUT",
    "/me/authorization",
    who="member",
    refuses=(
        members.MemberBanned,
        authorizations.AuthorizationOutdated,
        authorizations.GuardianNotConfirmed,
        members.ConsentRequired,
    ),
)
async def answer_authorization(caller: Caller, body: AuthorizationIn) -> AuthorizationOut:
    """Allow the ticked purposes and no others.

    Card, points and mall work with everything refused. The same again changes nothing; another set has another
    receipt. To allow something, the notice `privacy` must be agreed to; to refuse, nothing."""
    return _out(await authorizations.answer(caller.subject, body.version, body.purposes, is_guardian=body.is_guardian))


@mothers.post("/me/authorization/withdrawals", who="member")
async def withdraw_authorization(caller: Caller, body: WithdrawalIn) -> AuthorizationOut:
    """Take back some purposes, or all of them.

    Acts on the next read of everybody who reads for them; what was not given stays so."""
    named = authorizations.PURPOSES if body.purposes is None else body.purposes
    return _out(await authorizations.withdraw(caller.subject, named))


@mothers.get("/me/authorization/receipts/{receipt_id}", who="member", refuses=(authorizations.ReceiptNotFound,))
async def authorization_receipt(caller: Caller, receipt_id: UUID) -> ReceiptOut:
    """The receipt of what she gave, ended or not."""
    receipt = await authorizations.receipt(caller.subject, receipt_id)
    return ReceiptOut(
        id=receipt.id,
        member_number=receipt.number,
        version=receipt.version,
        title=receipt.title,
        text=receipt.text,
        is_guardian=receipt.is_guardian,
        purposes=[
            ReceiptTickOut(tick.purpose.purpose, tick.purpose.title, tick.purpose.text, tick.withdrawn_at)
            for tick in receipt.ticks
        ],
        given_at=receipt.given_at,
        valid_until=receipt.valid_until,
        ended_at=receipt.ended_at,
    )


@mothers.get(
    "/me/authorization/receipts/{receipt_id}/page.html",
    who="member",
    refuses=(authorizations.ReceiptNotFound,),
    produces="text/html",
)
async def authorization_receipt_page(caller: Caller, receipt_id: UUID) -> Raw:
    """The receipt as a page that can be printed."""
    receipt = await authorizations.receipt(caller.subject, receipt_id)
    page = PAGE.format(
        title=escape(f"《{receipt.title}》回执"),
        id=receipt.id,
        number=escape(receipt.number),
        version=receipt.version,
        given_at=_said(receipt.given_at),
        valid_until=_said(receipt.valid_until),
        state="授权中" if receipt.ended_at is None else f"已于{_said(receipt.ended_at)}结束",
        ticks="".join(_tick(tick) for tick in receipt.ticks),
        text=escape(receipt.text),
    )
    return Raw(page.encode(), "text/html; charset=utf-8", PAGE_HEADERS)


def _tick(tick: authorizations.Tick) -> str:
    state = "" if tick.withdrawn_at is None else f"（已于{_said(tick.withdrawn_at)}撤回）"
    return f"<dt>{escape(tick.purpose.title)}{state}</dt><dd>{escape(tick.purpose.text)}</dd>"


def _said(instant: datetime) -> str:
    return instant.astimezone(clock.SHANGHAI).strftime("%Y年%m月%d日 %H:%M")


def _out(view: authorizations.AuthorizationView) -> AuthorizationOut:
    given = view.given
    return AuthorizationOut(
        prompt=view.prompt,
        version=view.text.version,
        purposes=[
            TickedOut(each.purpose, each.title, given is not None and each.purpose in given.purposes)
            for each in view.text.purposes
        ],
        given=None if given is None else GivenOut(given.id, given.version, given.given_at, given.valid_until),
    )
