"""Reports as sheets for the finance department."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from foundation.sheets import Cell, Sheet
from membership import coupons
from membership.finance.liability import liability
from membership.finance.months import require_range, text_of, this_month
from membership.finance.reports import By, PointsRow, points_report
from membership.finance.settlement import settlement

KEYS: dict[By, Sequence[str]] = {By.MONTH: (), By.STORE: ("门店编号", "门店名称"), By.RULE: ("规则",)}
ENDS: dict[By, Sequence[str]] = {By.MONTH: ("期初余额", "期末余额"), By.STORE: (), By.RULE: ()}


class Report(StrEnum):
    """What can be exported. `liability`, `settlement` and `coupons` are of one month, the last of the range; of this
    month what is owed is what is owed now."""

    POINTS = "points"
    LIABILITY = "liability"
    SETTLEMENT = "settlement"
    COUPONS = "coupons"


async def sheet(report: Report, since: date, until: date, by: By) -> Sheet:
    """Raises what the report raises."""
    match report:
        case Report.POINTS:
            return await _points(since, until, by)
        case Report.LIABILITY:
            return await _liability(until)
        case Report.SETTLEMENT:
            return await _settlement(until)
        case Report.COUPONS:
            return await _coupons(until)


async def _points(since: date, until: date, by: By) -> Sheet:
    rows = await points_report(since, until, by)
    header = ["发放", "人工调整", "兑换", "取消退回", "退货扣回", "过期", "账户间转移", "净变动", *ENDS[by], "已结账"]
    table = [
        [
            text_of(row.month),
            *_key(row, by),
            *(row.issued, row.adjusted, row.redeemed, row.given_back, row.taken_back, row.expired, row.moved, row.net),
            *((row.opening, row.closing) if by is By.MONTH else ()),
            row.closed,
        ]
        for row in rows
    ]
    return Sheet("积分", ["月份", *KEYS[by], *header], table)


def _key(row: PointsRow, by: By) -> Sequence[Cell]:
    match by:
        case By.MONTH:
            return ()
        case By.STORE:
            return row.store_code, row.store_name
        case By.RULE:
            return (row.rule,)


async def _liability(month: date) -> Sheet:
    owed = await liability(None if month == this_month() else month)
    table: list[list[Cell]] = [[each.expires_on or "不过期", each.pending, each.points] for each in owed.by_expiry]
    return Sheet("积分负债", ["到期日", "待生效", "积分"], table)


async def _settlement(month: date) -> Sheet:
    header = [
        "月份",
        "门店编号",
        "门店名称",
        "总仓礼品单数",
        "门店自有礼品单数",
        "自有礼品积分",
        "自有礼品积分金额（分）",
        "自有礼品现金（分）",
        "门店发放积分",
        "门店承担积分金额（分）",
        "品牌承担券额（分）",
        "门店承担券额（分）",
        "品牌应付门店（分）",
    ]
    table: list[list[Cell]] = [
        [
            text_of(month),
            store.store_code,
            store.store_name,
            store.central_orders,
            store.own_orders,
            store.own_points,
            store.own_value_fen,
            store.own_money_fen,
            store.issued_points,
            store.issued_value_fen,
            store.coupons_brand_fen,
            store.coupons_store_fen,
            store.net_fen,
        ]
        for store in (await settlement(month)).stores
    ]
    return Sheet("门店结算", header, table)


async def _coupons(month: date) -> Sheet:
    require_range(month, month)
    header = ["月份", "门店编号", "优惠券", "使用", "退回", "优惠（分）", "门店承担（分）", "品牌承担（分）"]
    table: list[list[Cell]] = [
        [
            text_of(month),
            each.store_code or "积分商城",
            each.title,
            each.uses,
            each.returns,
            each.discount_fen,
            each.store_fen,
            each.brand_fen,
        ]
        for each in await coupons.funding(month)
    ]
    return Sheet("优惠券", header, table)
