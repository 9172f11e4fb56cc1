"""The mall: what points buy, alone or with money. She picks it up in a store, has it sent, or has it at once.

Pieces, points and money move together or not at all. The states of an order and the ways between them are one table
(`machine`); whoever moves an order locks its row first and decides by what it says then. What is cancelled or returned
gives back the pieces, the money, and the points to the lots they came from.
"""

from membership.mall import jobs  # noqa: F401  # registers what the clock calls
from membership.mall.actions import cancel, cancel_by_staff, hand_over, move_all
from membership.mall.errors import (
    AddressNotNeeded,
    AlreadyCancelled,
    AlreadyDelivered,
    AlreadyHandedOver,
    AlreadyReturned,
    AlreadyShipped,
    GoodsNotForThisProduct,
    NotPaidYet,
    NotShippedYet,
    PickupCodeWrong,
    RedemptionNotFound,
    ReturnNotRequested,
    ReturnTooLate,
    ReturnUnderWay,
)
from membership.mall.goods import add_goods
from membership.mall.machine import Status
from membership.mall.queries import at_counter, redemption, redemption_whole, redemptions, to_hand_over
from membership.mall.redeeming import Wish, order, place, redeem
from membership.mall.returning import receive_return, refuse_return, request_return, returns
from membership.mall.shipping import Shipment, address_to_ship, confirm, ship, to_ship
from membership.mall.views import CounterRedemption, RedemptionView, StaffOrder

__all__ = [
    "AddressNotNeeded",
    "AlreadyCancelled",
    "AlreadyDelivered",
    "AlreadyHandedOver",
    "AlreadyReturned",
    "AlreadyShipped",
    "CounterRedemption",
    "GoodsNotForThisProduct",
    "NotPaidYet",
    "NotShippedYet",
    "PickupCodeWrong",
    "RedemptionNotFound",
    "RedemptionView",
    "ReturnNotRequested",
    "ReturnTooLate",
    "ReturnUnderWay",
    "Shipment",
    "StaffOrder",
    "Status",
    "Wish",
    "add_goods",
    "address_to_ship",
    "at_counter",
    "cancel",
    "cancel_by_staff",
    "confirm",
    "hand_over",
    "move_all",
    "order",
    "place",
    "receive_return",
    "redeem",
    "redemption",
    "redemption_whole",
    "redemptions",
    "refuse_return",
    "request_return",
    "returns",
    "ship",
    "to_hand_over",
    "to_ship",
]
