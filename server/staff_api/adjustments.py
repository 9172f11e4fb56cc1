"""Points by hand: adjusting, the second person's yes or no, and what each role may do alone."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.errors import NotFound
from foundation.http import Body, Caller, IdempotencyKey, Page, PageQuery, View
from membership import adjustments, members
from membership.staff import Role
from server.staff_api.face import staff
from server.staff_api.members import CardNumber

ADJUSTERS = (Role.CLERK.value, Role.OPERATOR.value, Role.ADMINISTRATOR.value)
DECIDERS = (Role.OPERATOR.value, Role.ADMINISTRATOR.value)

MOST_POINTS = 1_000_000

Reason = Annotated[str, Meta(min_length=2, max_length=200)]
Limit = Annotated[int, Meta(ge=0, le=MOST_POINTS, description="Points.")]


class AdjustmentIn(Body):
    """`amount` is signed, in points. The member reads `reason` in her statement."""

    member_number: CardNumber
    amount: Annotated[int, Meta(ge=-MOST_POINTS, le=MOST_POINTS, examples=[50])]
    reason: Reason


class RejectionIn(Body):
    """`because` is for the person who asked."""

    because: Reason


class AdjustmentOut(View):
    """An adjustment. While it is `waiting`, nothing has moved; `decided_*` say who was the second person."""

    id: UUID
    member_number: str
    amount: int
    reason: str
    status: adjustments.Status
    needs_second: bool
    requested_by: UUID
    requested_by_name: str
    created_at: datetime
    decided_by: UUID | None
    decided_by_name: str | None
    decided_at: datetime | None
    rejected_because: str | None


class LimitIn(Body):
    """What one person of the role may move alone, in points; `may_approve`: as second person for others."""

    per_adjustment_points: Limit
    per_day_points: Limit
    may_approve: bool


class LimitOut(View):
    role: str
    per_adjustment_points: int
    per_day_points: int
    may_approve: bool


class LimitsOut(View):
    items: list[LimitOut]


@staff.post(
    "/points-adjustments",
    who=ADJUSTERS,
    status=201,
    refuses=(
        NotFound,
        adjustments.AdjustmentNotAllowed,
        adjustments.AdjustmentTooLarge,
        adjustments.AdjustmentOfNothing,
    ),
)
async def adjust_points(caller: Caller, body: AdjustmentIn, key: IdempotencyKey) -> AdjustmentOut:
    """Give points to a member (`amount` > 0) or take some from her.

    Within what the role may do alone it is `posted` at once; above it is `waiting` for a second person. Points are
    taken from those that expire first, and never more than she can spend. The member is told."""
    member_id = await members.find_by_number(body.member_number)
    if member_id is None:
        raise NotFound
    store = caller.claims["store"]
    return _out(
        await adjustments.adjust(
            caller.subject,
            caller.claims["role"],
            member_id,
            body.amount,
            body.reason,
            store_id=UUID(store) if store else None,
        )
    )


@staff.get("/points-adjustments", who=ADJUSTERS)
async def my_points_adjustments(caller: Caller, query: PageQuery) -> Page[AdjustmentOut]:
    """What one asked for oneself, the newest first."""
    return _page(await adjustments.asked_for_by(caller.subject, query))


@staff.get("/points-adjustments/waiting", who=DECIDERS)
async def waiting_points_adjustments(query: PageQuery) -> Page[AdjustmentOut]:
    """What waits for a second person, the newest first."""
    return _page(await adjustments.waiting(query))


@staff.post(
    "/points-adjustments/{adjustment_id}/approval",
    who=DECIDERS,
    refuses=(
        adjustments.AdjustmentNotFound,
        adjustments.AdjustmentNotAllowed,
        adjustments.SecondPersonNeeded,
        adjustments.AdjustmentDecided,
        adjustments.AdjustmentTooLarge,
    ),
)
async def approve_points_adjustment(caller: Caller, adjustment_id: UUID, key: IdempotencyKey) -> AdjustmentOut:
    """Be the second person: post what waits.

    Whoever asked can't. What can't be taken any more goes on waiting. Approving again gives the same answer."""
    return _out(await adjustments.approve(caller.subject, caller.claims["role"], adjustment_id))


@staff.post(
    "/points-adjustments/{adjustment_id}/rejection",
    who=DECIDERS,
    refuses=(
        adjustments.AdjustmentNotFound,
        adjustments.AdjustmentNotAllowed,
        adjustments.SecondPersonNeeded,
        adjustments.AdjustmentDecided,
    ),
)
async def reject_points_adjustment(caller: Caller, adjustment_id: UUID, body: RejectionIn) -> AdjustmentOut:
    """Be the second person and say no: nothing moves. Rejecting again gives the same answer."""
    return _out(await adjustments.reject(caller.subject, caller.claims["role"], adjustment_id, body.because))


@staff.get("/adjustment-limits", who=ADJUSTERS)
async def adjustment_limits() -> LimitsOut:
    """What each role may move alone; a role that is not named moves nothing."""
    return LimitsOut([_limit(limit) for limit in await adjustments.limits()])


@staff.patch(
    "/adjustment-limits/{role}",
    who=(Role.ADMINISTRATOR.value,),
    refuses=(adjustments.LimitsDoNotFit,),
)
async def set_adjustment_limit(caller: Caller, role: str, body: LimitIn) -> LimitOut:
    """Change what a role may move alone, from its next adjustment on.

    A role that may not adjust at all is 404."""
    limit = adjustments.LimitView(role, body.per_adjustment_points, body.per_day_points, body.may_approve)
    return _limit(await adjustments.set_limit(caller.subject, limit))


def _page(page: Page[adjustments.AdjustmentView]) -> Page[AdjustmentOut]:
    return Page(items=[_out(adjustment) for adjustment in page.items], next_cursor=page.next_cursor)


def _out(adjustment: adjustments.AdjustmentView) -> AdjustmentOut:
    return AdjustmentOut(
        id=adjustment.id,
        member_number=adjustment.member_number,
        amount=adjustment.amount,
        reason=adjustment.reason,
        status=adjustment.status,
        needs_second=adjustment.needs_second,
        requested_by=adjustment.requested_by,
        requested_by_name=adjustment.requested_by_name,
        created_at=adjustment.created_at,
        decided_by=adjustment.decided_by,
        decided_by_name=adjustment.decided_by_name,
        decided_at=adjustment.decided_at,
        rejected_because=adjustment.rejected_because,
    )


def _limit(limit: adjustments.LimitView) -> LimitOut:
    return LimitOut(
        role=limit.role,
        per_adjustment_points=limit.per_adjustment_points,
        per_day_points=limit.per_day_points,
        may_approve=limit.may_approve,
    )
