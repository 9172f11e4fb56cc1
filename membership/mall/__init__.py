"""The mall: gifts that points buy. A mother redeems, shows a pick-up code in the store, and a clerk hands over.

Points and stock move together or not at all. Until it is handed over a redemption can be cancelled, and the points
return to the lots they came from.
"""

from membership.mall.actions import cancel, hand_over, move_all
from membership.mall.errors import (
    AlreadyCancelled,
    AlreadyHandedOver,
    PickupCodeWrong,
    RedemptionNotFound,
)
from membership.mall.queries import at_counter, redemption, redemptions
from membership.mall.redeeming import redeem
from membership.mall.views import CounterRedemption, RedemptionView, Status

__all__ = [
    "AlreadyCancelled",
    "AlreadyHandedOver",
    "CounterRedemption",
    "PickupCodeWrong",
    "RedemptionNotFound",
    "RedemptionView",
    "Status",
    "at_counter",
    "cancel",
    "hand_over",
    "move_all",
    "redeem",
    "redemption",
    "redemptions",
]
