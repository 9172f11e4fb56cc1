"""Paid levels for the staff: the plans, selling one at the counter, giving one back."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from foundation.errors import NotFound
from foundation.http import Body, Caller, IdempotencyKey, View
from membership import cards, members, paid_levels
from membership.staff import Role
from server.staff_api.face import staff
from server.staff_api.members import CardNumber

READERS = (Role.CLERK.value, Role.OPERATOR.value, Role.ADMINISTRATOR.value)
KEEPERS = (Role.OPERATOR.value, Role.ADMINISTRATOR.value)

Fen = Annotated[int, Meta(ge=1, le=100_000_000, description="In fen.")]
Benefits = Annotated[list[Annotated[str, Meta(min_length=1, max_length=60)]], Meta(max_length=20)]


class PlanIn(Body):
    """A level for so many months at a price. For `full_refund_days` after a sale everything is refunded."""

    code: paid_levels.PlanCode
    name: Annotated[str, Meta(min_length=1, max_length=40)]
    price_fen: Fen
    months: Annotated[int, Meta(ge=1, le=60)]
    level: Annotated[str, Meta(min_length=1, max_length=16, examples=["gold"])]
    benefits: Benefits
    full_refund_days: Annotated[int, Meta(ge=0, le=365)] = 7
    active: bool = True


class PlanChangeIn(Body):
    """What is to be changed for the next buyer; what is left out stays."""

    price_fen: Fen | UnsetType = UNSET
    benefits: Benefits | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class PlanOut(View):
    code: str
    name: str
    price_fen: int
    months: int
    level: str
    benefits: list[str]
    full_refund_days: int
    active: bool


class PlansOut(View):
    items: list[PlanOut]


class CounterSaleIn(Body):
    """`price_fen` is what she paid at the counter: the plan's price."""

    member_number: CardNumber
    plan: paid_levels.PlanCode
    price_fen: Fen


class PaidLevelsQuery(Body):
    member_number: CardNumber


class PaidLevelRefundIn(Body):
    reason: Annotated[str, Meta(min_length=2, max_length=200)]


class StaffPaidLevelOut(View):
    """A level that was bought. `refundable_fen` is what she would get back today; null once it was refunded."""

    id: UUID
    member_number: str
    plan: str
    plan_name: str
    level: str
    level_name: str
    price_fen: int
    sold_on: date
    begins_on: date
    ends_on: date
    refundable_fen: int | None
    refunded_fen: int | None
    refunded_on: date | None


class StaffPaidLevelsOut(View):
    items: list[StaffPaidLevelOut]


@staff.get("/paid-plans", who=READERS)
async def paid_plans() -> PlansOut:
    """All plans, those that are sold first."""
    return PlansOut([_plan(plan) for plan in await paid_levels.plans()])


@staff.post("/paid-plans", who=KEEPERS, status=201, refuses=(paid_levels.PlanExists, paid_levels.PlanLevelUnfit))
async def make_paid_plan(caller: Caller, body: PlanIn) -> PlanOut:
    """Make a plan of a level above everyone's."""
    plan = paid_levels.Plan(
        code=body.code,
        name=body.name,
        price_fen=body.price_fen,
        months=body.months,
        level=body.level,
        benefits=body.benefits,
        full_refund_days=body.full_refund_days,
        active=body.active,
    )
    return _plan(await paid_levels.make_plan(caller.subject, plan))


@staff.patch("/paid-plans/{code}", who=KEEPERS, refuses=(paid_levels.PlanNotFound,))
async def change_paid_plan(caller: Caller, code: paid_levels.PlanCode, body: PlanChangeIn) -> PlanOut:
    """Change price or benefits for the next buyer, or take a plan off sale. What was sold stays as it was sold."""
    return _plan(
        await paid_levels.change_plan(
            caller.subject,
            code,
            price_fen=None if body.price_fen is UNSET else body.price_fen,
            benefits=None if body.benefits is UNSET else body.benefits,
            active=None if body.active is UNSET else body.active,
        )
    )


@staff.get("/paid-levels", who=READERS, refuses=(NotFound,))
async def member_paid_levels(query: PaidLevelsQuery) -> StaffPaidLevelsOut:
    """What a member bought, the last to end first."""
    found = await paid_levels.of_member(await _member(query.member_number))
    return StaffPaidLevelsOut([_sold(sold) for sold in found])


@staff.post(
    "/paid-levels",
    who="clerk",
    status=201,
    refuses=(NotFound, cards.CardBlocked, paid_levels.PlanUnknown, paid_levels.PlanPriceChanged),
)
async def sell_paid_level(caller: Caller, body: CounterSaleIn, key: IdempotencyKey) -> StaffPaidLevelOut:
    """Sell a plan in the clerk's own store, where its price was paid.

    It holds from today, or from the day after what she has of the same level already."""
    member_id = await _member(body.member_number)
    store_id = UUID(caller.claims["store"])
    return _sold(await paid_levels.sell_by_staff(caller.subject, store_id, member_id, body.plan, body.price_fen))


@staff.post(
    "/paid-levels/{paid_level_id}/refund",
    who=KEEPERS,
    refuses=(paid_levels.PaidLevelNotFound, paid_levels.PaidLevelNotLast, paid_levels.PaidLevelOver),
)
async def refund_paid_level(
    caller: Caller, paid_level_id: UUID, body: PaidLevelRefundIn, key: IdempotencyKey
) -> StaffPaidLevelOut:
    """End a paid level and give back what the plan's rule says; the answer says how much the member is to be paid.

    What was bought last goes back first. Refunding again gives the same answer."""
    return _sold(await paid_levels.refund(caller.subject, paid_level_id, body.reason))


async def _member(number: str) -> UUID:
    member_id = await members.find_by_number(number)
    if member_id is None:
        raise NotFound
    return member_id


def _plan(plan: paid_levels.Plan) -> PlanOut:
    return PlanOut(
        code=plan.code,
        name=plan.name,
        price_fen=plan.price_fen,
        months=plan.months,
        level=plan.level,
        benefits=plan.benefits,
        full_refund_days=plan.full_refund_days,
        active=plan.active,
    )


def _sold(sold: paid_levels.PaidLevelView) -> StaffPaidLevelOut:
    return StaffPaidLevelOut(
        id=sold.id,
        member_number=sold.member_number,
        plan=sold.plan,
        plan_name=sold.plan_name,
        level=sold.level,
        level_name=sold.level_name,
        price_fen=sold.price_fen,
        sold_on=sold.sold_on,
        begins_on=sold.begins_on,
        ends_on=sold.ends_on,
        refundable_fen=sold.refundable_fen,
        refunded_fen=sold.refunded_fen,
        refunded_on=sold.refunded_on,
    )
