"""Points: what a mother has, and the statement of her account."""

from datetime import date, datetime

from foundation.http import Caller, Page, PageQuery, View
from membership import points
from membership.points import Kind
from miniprogram_api.face import mothers

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
    Kind.MERGE_OUT: "积分转入合并后的会员",
    Kind.MERGE_IN: "合并会员，积分转入",
}


class ExpiringOut(View):
    """Points of the balance that can be spent up to and including a day."""

    points: int
    expires_on: date


class PointsOut(View):
    """What she has. `balance` can be spent now, `pending` later; `debt` is repaid by the next earnings.

    `expiring` says until when parts of the balance hold, the soonest first.
    """

    balance: int
    debt: int
    pending: int
    expiring: list[ExpiringOut]


class PointsEntryOut(View):
    """One line of the statement: `amount` is signed, balance and debt are those after it."""

    kind: Kind
    title: str
    amount: int
    balance_after: int
    debt_after: int
    created_at: datetime


@mothers.get("/me/points", who="member")
async def my_points(caller: Caller) -> PointsOut:
    """How many points she has."""
    summary = await points.summary(caller.subject)
    return PointsOut(
        balance=summary.balance,
        debt=summary.debt,
        pending=summary.pending,
        expiring=[ExpiringOut(points=lot.points, expires_on=lot.expires_on) for lot in summary.expiring],
    )


@mothers.get("/me/points/entries", who="member")
async def my_points_entries(caller: Caller, query: PageQuery) -> Page[PointsEntryOut]:
    """The statement of her points, the newest line first."""
    page = await points.entries(caller.subject, query)
    return Page(items=[_entry_out(entry) for entry in page.items], next_cursor=page.next_cursor)


def _entry_out(entry: points.EntryView) -> PointsEntryOut:
    return PointsEntryOut(
        kind=entry.kind,
        title=TITLES[entry.kind],
        amount=entry.amount,
        balance_after=entry.balance_after,
        debt_after=entry.debt_after,
        created_at=entry.created_at,
    )
