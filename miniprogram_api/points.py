"""Points: what a mother has, and the statement of her account: by line, by month, and a year as a picture."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from foundation.errors import NotFound
from foundation.http import Caller, Limit, Page, PageQuery, Raw, View
from membership import adjustments, families, points
from membership.points import Kind
from miniprogram_api.face import mothers
from miniprogram_api.painting import paint
from miniprogram_api.year_content import YearPicture

PICTURE_LIMIT = Limit(requests=20, seconds=60, burst=5)
"""A picture costs as much as a hundred other requests."""

TITLES: dict[Kind, str] = {
    Kind.PURCHASE: "购物得积分",
    Kind.PURCHASE_RETURN: "退货扣回积分",
    Kind.WELCOME_GIFT: "入会礼",
    Kind.PROFILE_GIFT: "完善资料礼",
    Kind.REDEMPTION: "兑换礼品",
    Kind.REDEMPTION_CANCELLED: "取消兑换，积分退回",
    Kind.ORDER_RETURNED: "退换礼品，积分退回",
    Kind.EARNED: "活动奖励",
    Kind.ADJUSTMENT_UP: "客服补发积分",
    Kind.ADJUSTMENT_DOWN: "客服调减积分",
    Kind.FAMILY_OUT: "家人离开家庭，攒下的积分随之转出",
    Kind.FAMILY_IN: "离开家庭，攒下的积分转入",
    Kind.EXPIRY: "积分过期",
    Kind.FORFEITURE: "注销账号，积分清零",
    Kind.MERGE_OUT: "积分转入合并后的会员",
    Kind.MERGE_IN: "合并会员，积分转入",
}

_OF_ORDERS = {Kind.REDEMPTION, Kind.REDEMPTION_CANCELLED, Kind.ORDER_RETURNED}
"""Their key is the order's id."""
_BY_HAND = {Kind.ADJUSTMENT_UP, Kind.ADJUSTMENT_DOWN}
"""Their key is the adjustment's id; why it was made stands there, sealed."""
_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_YEAR = re.compile("20[0-9]{2}")


class ExpiringOut(View):
    """Points of the balance that can be spent up to and including a day."""

    points: int
    expires_on: date


class ArrivingOut(View):
    """Points that can be spent from an instant on."""

    points: int
    spendable_from: datetime


class FamilyPointsOut(View):
    """What her family's account can spend now, and whether she may."""

    balance: int
    may_spend: bool


class PointsOut(View):
    """What she has. `balance` can be spent now, `pending` later; `debt` is repaid by the next earnings.

    `expiring` says until when parts of the balance hold, `arriving` when pending ones come; the soonest first.
    `family` is the account that she earns into as a relative in a family; null for everybody else.
    """

    balance: int
    debt: int
    pending: int
    expiring: list[ExpiringOut]
    arriving: list[ArrivingOut]
    family: FamilyPointsOut | None


class PointsEntryOut(View):
    """One line of the statement: `amount` is signed, balance and debt are those after it.

    `detail` names the receipt (a return's: that of the sale), the gift, the rule or the reason. `expires_on` is the
    last day of the points that the line brought, `spendable_from` the instant from which they can be spent when that
    was later than the line, and `pending` whether it is still to come. `by_family`: a relative earned or spent here.
    """

    kind: Kind
    title: str
    detail: str | None
    store_name: str | None
    order_id: UUID | None
    amount: int
    balance_after: int
    debt_after: int
    created_at: datetime
    expires_on: date | None
    spendable_from: datetime | None
    pending: bool
    by_family: bool


class PointsMonthOut(View):
    """A month (Asia/Shanghai) in points. `returned` came back from redemptions, `taken_back` went with returned goods
    and corrections, `moved` (signed) went to or came from another account; the balance is that of the month's end."""

    month: str
    earned: int
    returned: int
    spent: int
    expired: int
    taken_back: int
    moved: int
    closing_balance: int
    closing_debt: int


@mothers.get("/me/points", who="member")
async def my_points(caller: Caller) -> PointsOut:
    """How many points she has."""
    summary = await points.summary(caller.subject)
    return PointsOut(
        balance=summary.balance,
        debt=summary.debt,
        pending=summary.pending,
        expiring=[ExpiringOut(points=lot.points, expires_on=lot.expires_on) for lot in summary.expiring],
        arriving=[ArrivingOut(points=lot.points, spendable_from=lot.spendable_from) for lot in summary.arriving],
        family=family_points(await families.purse(caller.subject)),
    )


def family_points(purse: families.Purse) -> FamilyPointsOut | None:
    return None if purse.family is None else FamilyPointsOut(balance=purse.family, may_spend=purse.may_spend)


@mothers.get("/me/points/entries", who="member")
async def my_points_entries(caller: Caller, query: points.StatementQuery) -> Page[PointsEntryOut]:
    """The statement of her points, the newest line first; `month` narrows it to one."""
    page = await points.entries(caller.subject, query)
    by_hand = [entry.key for entry in page.items if entry.kind in _BY_HAND and _ID.fullmatch(entry.key)]
    said = await adjustments.reasons([UUID(key) for key in by_hand])
    reasons = {str(adjustment_id): reason for adjustment_id, reason in said.items()}
    return Page(items=[_entry_out(entry, reasons) for entry in page.items], next_cursor=page.next_cursor)


@mothers.get("/me/points/months", who="member")
async def my_points_months(caller: Caller, query: PageQuery) -> Page[PointsMonthOut]:
    """Her points month by month, from this one back to her first."""
    page = await points.months(caller.subject, query)
    return Page(items=[_month_out(month) for month in page.items], next_cursor=page.next_cursor)


@mothers.get("/me/points/years/{year}/picture.png", who="member", limit=PICTURE_LIMIT, produces="image/png")
async def my_points_year_picture(caller: Caller, year: str) -> Raw:
    """A year (2000 to 2099) of her points as a picture to keep: bars by month, and a few warm figures."""
    if not _YEAR.fullmatch(year):
        raise NotFound
    months = await points.months_of_year(caller.subject, int(year))
    by_month = {month.first_day.month: month for month in months}
    picture = YearPicture(
        year=int(year),
        earned=tuple(by_month[month].earned if month in by_month else 0 for month in range(1, 13)),
        spent=tuple(by_month[month].spent if month in by_month else 0 for month in range(1, 13)),
        used=max(0, sum(month.spent - month.returned for month in months)),
        redemptions=max(0, sum(month.redemptions for month in months)),
        closing=months[-1].closing_balance if months else 0,
    )
    return Raw(await paint(picture), "image/png", {"Cache-Control": "no-store"})


def _month_out(month: points.MonthView) -> PointsMonthOut:
    return PointsMonthOut(
        month=month.first_day.strftime("%Y-%m"),
        earned=month.earned,
        returned=month.returned,
        spent=month.spent,
        expired=month.expired,
        taken_back=month.taken_back,
        moved=month.moved,
        closing_balance=month.closing_balance,
        closing_debt=month.closing_debt,
    )


def _entry_out(entry: points.EntryView, reasons: Mapping[str, str | None]) -> PointsEntryOut:
    return PointsEntryOut(
        kind=entry.kind,
        title=TITLES[entry.kind],
        detail=reasons.get(entry.key) or _detail(entry),
        store_name=entry.store_name,
        order_id=UUID(entry.key) if entry.kind in _OF_ORDERS and _ID.fullmatch(entry.key) else None,
        amount=entry.amount,
        balance_after=entry.balance_after,
        debt_after=entry.debt_after,
        created_at=entry.created_at,
        expires_on=entry.expires_on,
        spendable_from=entry.spendable_from,
        pending=entry.pending,
        by_family=entry.by_member is not None,
    )


def _detail(entry: points.EntryView) -> str | None:
    """A rule of `earning` writes its name into the note, with the receipt where there is one."""
    if entry.note is None or entry.rule is not None:
        return entry.note
    match entry.kind:
        case Kind.PURCHASE:
            return f"小票 {entry.note}"
        case Kind.PURCHASE_RETURN:
            return f"原小票 {entry.note}"
        case _:
            return entry.note
