"""The counter: finding a redemption by its pick-up code and handing the gift over."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from foundation.http import Body, Caller, View
from membership import mall
from server.staff_api.face import staff

PickupCode = Annotated[str, msgspec.Meta(pattern="^[0-9]{8}$(?!\\n)", examples=["04711234"])]


class FindQuery(Body):
    pickup_code: PickupCode


class HandoverIn(Body):
    """The pick-up code once more, for a counter that wants it checked."""

    pickup_code: PickupCode | None = None


class CounterRedemptionOut(View):
    """A redemption at the counter; the mother's name is masked (`王**`)."""

    id: UUID
    status: mall.Status
    product_name: str
    quantity: int
    member_name: str
    created_at: datetime
    handed_over_at: datetime | None
    cancelled_at: datetime | None


class CounterRedemptionsOut(View):
    items: list[CounterRedemptionOut]


@staff.get("/redemptions", who="clerk")
async def find_redemptions(caller: Caller, query: FindQuery) -> CounterRedemptionsOut:
    """What goes by a pick-up code in the clerk's own store.

    The one that still waits comes first; codes are used again, so older ones may follow.
    """
    found = await mall.at_counter(UUID(caller.claims["store"]), query.pickup_code)
    return CounterRedemptionsOut([counter_redemption_out(redemption) for redemption in found])


@staff.post(
    "/redemptions/{redemption_id}/handover",
    who="clerk",
    refuses=(
        mall.RedemptionNotFound,
        mall.PickupCodeWrong,
        mall.NotPaidYet,
        mall.AlreadyCancelled,
        mall.AlreadyHandedOver,
    ),
)
async def hand_over(caller: Caller, redemption_id: UUID, body: HandoverIn | None) -> CounterRedemptionOut:
    """Hand a gift over in the clerk's own store."""
    store = UUID(caller.claims["store"])
    code = body.pickup_code if body else None
    return counter_redemption_out(await mall.hand_over(caller.subject, store, redemption_id, code))


def counter_redemption_out(redemption: mall.CounterRedemption) -> CounterRedemptionOut:
    """As the clerk sees it."""
    return CounterRedemptionOut(
        id=redemption.id,
        status=redemption.status,
        product_name=redemption.product_name,
        quantity=redemption.quantity,
        member_name=redemption.member_name,
        created_at=redemption.created_at,
        handed_over_at=redemption.handed_over_at,
        cancelled_at=redemption.cancelled_at,
    )
