"""The mall: gifts that points buy. A mother redeems, shows a pick-up code in the store, and a clerk hands over.

Points and stock move together or not at all. Until it is handed over a redemption can be cancelled, and the points
return to the lots they came from.
"""

from membership.mall.actions import cancel, hand_over, make_product, move_all, restock, set_on_sale
from membership.mall.errors import (
    AlreadyCancelled,
    AlreadyHandedOver,
    PickupCodeWrong,
    ProductNotFound,
    PromotionRefused,
    QuantityOutOfRange,
    RedemptionNotFound,
    SoldOut,
)
from membership.mall.queries import at_counter, find_product, product, products, redemption, redemptions
from membership.mall.redeeming import redeem
from membership.mall.views import CounterRedemption, ProductView, RedemptionView, Status

__all__ = [
    "AlreadyCancelled",
    "AlreadyHandedOver",
    "CounterRedemption",
    "PickupCodeWrong",
    "ProductNotFound",
    "ProductView",
    "PromotionRefused",
    "QuantityOutOfRange",
    "RedemptionNotFound",
    "RedemptionView",
    "SoldOut",
    "Status",
    "at_counter",
    "cancel",
    "find_product",
    "hand_over",
    "make_product",
    "move_all",
    "product",
    "products",
    "redeem",
    "redemption",
    "redemptions",
    "restock",
    "set_on_sale",
]
