"""The catalogue: what the mall offers, to whom, for how much, and how much of it there is.

An order takes pieces by the step `take`, at the price of the member's level and within her limits, and gives them back
by `put_back`; how many there are is decided by PostgreSQL, in the row of the stock they come from. The staff puts
products on the shelf, everybody browses and searches it, a member sees what she can afford and saves for a wish.
"""

from membership.catalogue.browsing import ShelfQuery, Suitability
from membership.catalogue.categories import (
    CategoryView,
    categories,
    change_category,
    make_category,
    remove_category,
)
from membership.catalogue.errors import (
    CategoriesTooDeep,
    CategoryInUse,
    CategoryNotFound,
    FulfilmentNotOffered,
    LevelTooLow,
    LimitReached,
    NotYetOnSale,
    PictureNotFound,
    ProductNotFound,
    PromotionRefused,
    QuantityOutOfRange,
    SoldOut,
    StockTooLow,
    TooManyPictures,
    WishListFull,
)
from membership.catalogue.gallery import add_picture, order_pictures, picture_key, remove_picture
from membership.catalogue.merging import move_all
from membership.catalogue.offers import OfferQuery, offer, offers, wishes
from membership.catalogue.pricing import set_prices
from membership.catalogue.queries import find_product, product, products, stores_with
from membership.catalogue.settings import CatalogueSettings, set_settings, settings
from membership.catalogue.shapes import Fulfilment, Kind, LevelPrice, Taken
from membership.catalogue.shelving import change_product, make_product, set_on_sale, set_promotion_refused
from membership.catalogue.stocking import correct, restock, transfer
from membership.catalogue.storeroom import StaffQuery, staff_product, staff_products, stock_in_store, stock_of
from membership.catalogue.taking import MOST_PIECES, LevelMatters, put_back, take
from membership.catalogue.terms import Changes, Terms
from membership.catalogue.views import (
    Offer,
    PlaceStock,
    ProductDetail,
    ProductView,
    StaffProduct,
    StoreStock,
)
from membership.catalogue.wishes import unwish, wish
from membership.catalogue.withholding import hold_shelf, release_withheld, withhold

__all__ = [
    "MOST_PIECES",
    "CatalogueSettings",
    "CategoriesTooDeep",
    "CategoryInUse",
    "CategoryNotFound",
    "CategoryView",
    "Changes",
    "Fulfilment",
    "FulfilmentNotOffered",
    "Kind",
    "LevelMatters",
    "LevelPrice",
    "LevelTooLow",
    "LimitReached",
    "NotYetOnSale",
    "Offer",
    "OfferQuery",
    "PictureNotFound",
    "PlaceStock",
    "ProductDetail",
    "ProductNotFound",
    "ProductView",
    "PromotionRefused",
    "QuantityOutOfRange",
    "ShelfQuery",
    "SoldOut",
    "StaffProduct",
    "StaffQuery",
    "StockTooLow",
    "StoreStock",
    "Suitability",
    "Taken",
    "Terms",
    "TooManyPictures",
    "WishListFull",
    "add_picture",
    "categories",
    "change_category",
    "change_product",
    "correct",
    "find_product",
    "hold_shelf",
    "make_category",
    "make_product",
    "move_all",
    "offer",
    "offers",
    "order_pictures",
    "picture_key",
    "product",
    "products",
    "put_back",
    "release_withheld",
    "remove_category",
    "remove_picture",
    "restock",
    "set_on_sale",
    "set_prices",
    "set_promotion_refused",
    "set_settings",
    "settings",
    "staff_product",
    "staff_products",
    "stock_in_store",
    "stock_of",
    "stores_with",
    "take",
    "transfer",
    "unwish",
    "wish",
    "wishes",
    "withhold",
]
