"""What the catalogue shows. Points and money are for one piece, at everybody's price unless it says otherwise."""

from datetime import datetime
from uuid import UUID

import msgspec

from membership.catalogue.shapes import Kind, LevelPrice


class ProductView(msgspec.Struct, frozen=True):
    """A product on a shelf. `stock` is what can be had anywhere."""

    id: UUID
    name: str
    description: str
    points: int
    stock: int
    money_fen: int
    cover: UUID | None
    """Its first picture."""
    on_sale_from: datetime | None
    """What is not on sale yet is announced."""


class ProductDetail(msgspec.Struct, frozen=True, kw_only=True):
    """All that a mother may know of a product."""

    id: UUID
    name: str
    description: str
    points: int
    money_fen: int
    stock: int
    cover: UUID | None
    pictures: list[UUID]
    category_id: UUID | None
    kind: Kind
    pickup: bool
    delivery: bool
    stock_per_store: bool
    prices: list[LevelPrice]
    """By level, upward; a level without one pays what the level below it pays."""
    most_per_order: int | None
    most_per_day: int | None
    most_ever: int | None
    on_sale_from: datetime | None
    on_sale_until: datetime | None
    early_rank: int
    early_hours: int
    stages: list[str]
    allergens: list[str]


class StaffProduct(ProductDetail, frozen=True, kw_only=True):
    """What the staff sees beside: `stock` and `supplied` are of the central stock."""

    supplied: int
    coupon_template: UUID | None
    formula_stage: int | None
    promotion_refused: bool
    on_sale: bool
    sort: int
    created_at: datetime


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A product as one member may have it."""

    product: ProductView
    points: int
    """At her level, as is `money_fen`."""
    money_fen: int
    missing_points: int
    """0: she can afford it."""
    hint: str | None
    """How to come by what is missing: `再攒320积分，约3罐奶粉就够`."""
    wished: bool


class PlaceStock(msgspec.Struct, frozen=True):
    """What is at a place; without a store it is the central stock."""

    store_code: str | None
    store_name: str | None
    stock: int
    supplied: int


class StoreStock(msgspec.Struct, frozen=True):
    """What a store has of a product."""

    product_id: UUID
    name: str
    stock: int
