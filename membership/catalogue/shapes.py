"""What the catalogue speaks of."""

from enum import StrEnum
from uuid import UUID

import msgspec


class Kind(StrEnum):
    """What a product is: a thing, or something that is delivered at once."""

    GOODS = "goods"
    VIRTUAL = "virtual"
    COUPON = "coupon"


class Fulfilment(StrEnum):
    """How she gets it: goods are picked up or delivered; the others come at once, by their kind."""

    PICKUP = "pickup"
    DELIVERY = "delivery"
    VIRTUAL = "virtual"
    COUPON = "coupon"


class LevelPrice(msgspec.Struct, frozen=True):
    """What one piece costs from the level with this code upward."""

    level: str
    points: int
    money_fen: int = 0


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What `take` took; points and money are for all pieces. An order keeps what `put_back` asks for."""

    product_id: UUID
    name: str
    fulfilment: Fulfilment
    quantity: int
    points: int
    money_fen: int
    coupon_template: UUID | None
    """Of kind `coupon`: which coupon it is."""
    stock_store_id: UUID | None
    """The store whose own stock it was taken from; None: the central stock."""
