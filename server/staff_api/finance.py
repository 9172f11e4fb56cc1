"""The books of the points: what was issued, redeemed and expired, what is owed, who pays whom; and their export."""

import asyncio
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from foundation import sheets
from foundation.http import Body, Caller, IdempotencyKey, Limit, Raw, View
from membership import finance
from membership.staff import Role
from server.staff_api.face import staff

READERS = (Role.OPERATOR.value, Role.ADMINISTRATOR.value)
SETTERS = (Role.ADMINISTRATOR.value,)

LIMIT = Limit(requests=30, seconds=60, burst=10)
"""A report reads more than any screen."""

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Month = Annotated[str, Meta(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$(?!\\n)", examples=["2026-10"])]


class PointsQuery(Body):
    """Both months are included; 36 at most. `by`: what a row tells apart beside its month."""

    since: Month
    until: Month
    by: finance.By = finance.By.MONTH


class LiabilityQuery(Body):
    """A closed month, for what was owed when it ended; without it, what is owed now."""

    month: Month | None = None


class SettlementQuery(Body):
    month: Month


class ExportQuery(Body):
    """`liability`, `settlement` and `coupons` are of the month `until`; `by` is for `points`."""

    report: finance.Report
    until: Month
    since: Month | None = None
    by: finance.By = finance.By.MONTH


class TermsIn(Body):
    """From this month on. `point_price_milli_fen`: what a point is worth in thousandths of a fen."""

    valid_from: Month
    point_price_milli_fen: Annotated[int, Meta(ge=0, le=100_000_000, examples=[1000])]
    store_issue_percent: Annotated[int, Meta(ge=0, le=100, description="What a store pays of it for points it issued.")]


class PointsRowOut(View):
    """What a month moved (in a store, by a rule), in points, signed as in the ledger.

    What `expired` is told by the store and rule that had issued it. `opening` and `closing` are given by month only.
    While a month is not `closed`, its figures may still grow."""

    month: str
    store: str | None
    store_name: str | None
    rule: str | None
    issued: int
    adjusted: int
    redeemed: int
    given_back: int
    taken_back: int
    expired: int
    moved: int
    net: int
    opening: int | None
    closing: int | None
    closed: bool


class PointsReportOut(View):
    items: list[PointsRowOut]


class ExpiringOut(View):
    """Outstanding points with one last day; null: they do not expire. `pending` ones can't be spent yet."""

    expires_on: date | None
    pending: bool
    points: int


class LiabilityOut(View):
    """What members hold and owe. `net` = `spendable` + `pending` − `debt`; `value_fen` is null without a price."""

    month: str | None
    spendable: int
    pending: int
    debt: int
    net: int
    value_fen: int | None
    by_expiry: list[ExpiringOut]


class TermsOut(View):
    valid_from: str
    point_price_milli_fen: int
    store_issue_percent: int
    made_at: datetime


class TermsListOut(View):
    items: list[TermsOut]


class StoreSettlementOut(View):
    """`net_fen` = `own_value_fen` + `own_money_fen` + `coupons_brand_fen` − `issued_value_fen`: what the brand pays the
    store; negative: what the store pays. Gifts from the central stock (`central_orders`) cost the store nothing."""

    store: str
    store_name: str
    central_orders: int
    own_orders: int
    own_points: int
    own_value_fen: int
    own_money_fen: int
    issued_points: int
    issued_value_fen: int
    coupons_brand_fen: int
    coupons_store_fen: int
    net_fen: int


class SettlementOut(View):
    """Final once the month is `closed`."""

    month: str
    closed: bool
    terms: TermsOut
    stores: list[StoreSettlementOut]


@staff.get("/finance/points", who=READERS, limit=LIMIT, refuses=(finance.MonthsOutOfRange, finance.ReportTooLong))
async def points_report(query: PointsQuery) -> PointsReportOut:
    """What was issued, redeemed, given back, taken back and expired, by month, and by store or rule.

    Months are those of Asia/Shanghai. 20,000 rows at most."""
    rows = await finance.points_report(finance.month_of(query.since), finance.month_of(query.until), query.by)
    return PointsReportOut(items=[_row_out(row) for row in rows])


@staff.get("/finance/liability", who=READERS, limit=LIMIT, refuses=(finance.MonthNotClosed,))
async def liability(query: LiabilityQuery) -> LiabilityOut:
    """What is owed to members, by the day on which it expires; pending points apart."""
    owed = await finance.liability(None if query.month is None else finance.month_of(query.month))
    return LiabilityOut(
        month=query.month,
        spendable=owed.spendable,
        pending=owed.pending,
        debt=owed.debt,
        net=owed.net,
        value_fen=owed.value_fen,
        by_expiry=[
            ExpiringOut(expires_on=each.expires_on, pending=each.pending, points=each.points) for each in owed.by_expiry
        ],
    )


@staff.get("/finance/settlement", who=READERS, limit=LIMIT, refuses=(finance.MonthsOutOfRange, finance.NoTerms))
async def settlement(query: SettlementQuery) -> SettlementOut:
    """Who pays for what stores handed over, issued and took coupons for, in a month."""
    settled = await finance.settlement(finance.month_of(query.month))
    return SettlementOut(
        month=query.month,
        closed=settled.closed,
        terms=_terms_out(settled.terms),
        stores=[_store_out(store) for store in settled.stores],
    )


@staff.get("/finance/terms", who=READERS)
async def terms() -> TermsListOut:
    """What a point was and is worth between brand and stores, the newest first."""
    return TermsListOut(items=[_terms_out(each) for each in await finance.terms()])


@staff.post("/finance/terms", who=SETTERS, status=201, refuses=(finance.MonthClosed,))
async def set_terms(caller: Caller, body: TermsIn, key: IdempotencyKey) -> TermsOut:
    """Set what a point is worth from a month on whose books are not closed; said again, the newer counts."""
    made = await finance.set_terms(
        caller.subject,
        finance.month_of(body.valid_from),
        point_price_milli_fen=body.point_price_milli_fen,
        store_issue_percent=body.store_issue_percent,
    )
    return _terms_out(made)


EXPORT_REFUSALS = (
    finance.MonthsOutOfRange,
    finance.ReportTooLong,
    finance.MonthNotClosed,
    finance.NoTerms,
)


@staff.get("/finance/export.csv", who=READERS, limit=LIMIT, produces=CSV, refuses=EXPORT_REFUSALS)
async def export_csv(query: ExportQuery) -> Raw:
    """A report as CSV in UTF-8 with a byte order mark; no cell is taken for a formula."""
    sheet = await _sheet(query)
    return _file(await asyncio.to_thread(sheets.csv_bytes, sheet), query, "csv", f"{CSV}; charset=utf-8")


@staff.get("/finance/export.xlsx", who=READERS, limit=LIMIT, produces=XLSX, refuses=EXPORT_REFUSALS)
async def export_xlsx(query: ExportQuery) -> Raw:
    """A report as XLSX; every text is a text, never a formula or a link."""
    sheet = await _sheet(query)
    return _file(await sheets.xlsx_bytes(sheet), query, "xlsx", XLSX)


async def _sheet(query: ExportQuery) -> sheets.Sheet:
    until = finance.month_of(query.until)
    since = until if query.since is None else finance.month_of(query.since)
    return await finance.sheet(query.report, since, until, query.by)


def _file(content: bytes, query: ExportQuery, ending: str, content_type: str) -> Raw:
    name = f"{query.report}-{query.until}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Raw(content, content_type, headers)


def _row_out(row: finance.PointsRow) -> PointsRowOut:
    return PointsRowOut(
        month=finance.text_of(row.month),
        store=row.store_code,
        store_name=row.store_name,
        rule=row.rule,
        issued=row.issued,
        adjusted=row.adjusted,
        redeemed=row.redeemed,
        given_back=row.given_back,
        taken_back=row.taken_back,
        expired=row.expired,
        moved=row.moved,
        net=row.net,
        opening=row.opening,
        closing=row.closing,
        closed=row.closed,
    )


def _terms_out(terms: finance.Terms) -> TermsOut:
    return TermsOut(
        valid_from=finance.text_of(terms.valid_from),
        point_price_milli_fen=terms.point_price_milli_fen,
        store_issue_percent=terms.store_issue_percent,
        made_at=terms.made_at,
    )


def _store_out(store: finance.StoreSettlement) -> StoreSettlementOut:
    return StoreSettlementOut(
        store=store.store_code,
        store_name=store.store_name,
        central_orders=store.central_orders,
        own_orders=store.own_orders,
        own_points=store.own_points,
        own_value_fen=store.own_value_fen,
        own_money_fen=store.own_money_fen,
        issued_points=store.issued_points,
        issued_value_fen=store.issued_value_fen,
        coupons_brand_fen=store.coupons_brand_fen,
        coupons_store_fen=store.coupons_store_fen,
        net_fen=store.net_fen,
    )
