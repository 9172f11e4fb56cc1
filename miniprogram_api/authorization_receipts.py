"""Receipts of 《母婴健康数据授权书》: what she gave, whether it stands or not, as a list, as data and on paper."""

from datetime import datetime
from html import escape
from uuid import UUID

from foundation import clock
from foundation.errors import Invalid
from foundation.http import Caller, Page, PageQuery, Raw, View
from membership import authorizations
from membership.authorizations import Purpose
from miniprogram_api.face import mothers

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
STATES = {"standing": "授权中", "expired": "已到期", "outdated": "授权书已更新，需重新确认后才继续有效"}


class ReceiptLineOut(View):
    """A receipt: `purposes` is what it was given for. `state`: `standing`; `expired`; `outdated`, because there is a
    text since that asks anew; or `ended`, taken back or replaced by another."""

    id: UUID
    version: int
    title: str
    purposes: list[Purpose]
    state: authorizations.ReceiptState
    given_at: datetime
    valid_until: datetime
    ended_at: datetime | None


class ReceiptTickOut(View):
    """One purpose that was given; `withdrawn_at` is null while it was not taken back by itself."""

    purpose: Purpose
    title: str
    text: str
    withdrawn_at: datetime | None


class ReceiptOut(View):
    """What was given, in the words of that day. `ended_at` is null until all of it was taken back or replaced; `state`
    as in the list."""

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
    state: authorizations.ReceiptState


@mothers.get("/me/authorization/receipts", who="member", refuses=(Invalid,))
async def authorization_receipts(caller: Caller, query: PageQuery) -> Page[ReceiptLineOut]:
    """The receipts of all that she gave, the newest first: of what she took back as well."""
    page = await authorizations.receipts(caller.subject, query)
    items = [
        ReceiptLineOut(
            id=line.id,
            version=line.version,
            title=line.title,
            purposes=line.purposes,
            state=line.state,
            given_at=line.given_at,
            valid_until=line.valid_until,
            ended_at=line.ended_at,
        )
        for line in page.items
    ]
    return Page(items=items, next_cursor=page.next_cursor)


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
        state=receipt.state,
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
        state=f"已于{_said(receipt.ended_at)}结束" if receipt.ended_at else STATES[receipt.state],
        ticks="".join(_tick(tick) for tick in receipt.ticks),
        text=escape(receipt.text),
    )
    return Raw(page.encode(), "text/html; charset=utf-8", PAGE_HEADERS)


def _tick(tick: authorizations.Tick) -> str:
    state = "" if tick.withdrawn_at is None else f"（已于{_said(tick.withdrawn_at)}撤回）"
    return f"<dt>{escape(tick.purpose.title)}{state}</dt><dd>{escape(tick.purpose.text)}</dd>"


def _said(instant: datetime) -> str:
    return instant.astimezone(clock.SHANGHAI).strftime("%Y年%m月%d日 %H:%M")
