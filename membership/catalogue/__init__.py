"""The catalogue: what the mall offers, to whom, for how much, and how much of it there is.

An order takes pieces by the step `take`, at the price of the member's level and within her limits, and gives them back
by `put_back`; how many there are is decided by PostgreSQL, in the row of the stock they come from.
"""

from membership.catalogue.errors import (
    FulfilmentNotOffered,
    LevelTooLow,
    LimitReached,
    NotYetOnSale,
    ProductNotFound,
    PromotionRefused,
    QuantityOutOfRange,
    SoldOut,
)
from membership.catalogue.queries import find_product, product, products
from membership.catalogue.shapes import Fulfilment, Kind, Taken
from membership.catalogue.shelving import make_product, restock, set_on_sale
from membership.catalogue.taking import MOST_PIECES, put_back, take
from membership.catalogue.views import ProductView

__all__ = [
    "MOST_PIECES",
    "Fulfilment",
    "FulfilmentNotOffered",
    "Kind",
    "LevelTooLow",
    "LimitReached",
    "NotYetOnSale",
    "ProductNotFound",
    "ProductView",
    "PromotionRefused",
    "QuantityOutOfRange",
    "SoldOut",
    "Taken",
    "find_product",
    "make_product",
    "product",
    "products",
    "put_back",
    "restock",
    "set_on_sale",
    "take",
]
