"""What the staff say of a product, and what contradicts itself: the database is the judge, its checks are answers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypedDict
from uuid import UUID

import asyncpg

from foundation.errors import FieldError, Invalid
from membership.catalogue.shapes import Kind


class Terms(TypedDict, total=False):
    """All but what a product must have: `models.Product` says what each means."""

    sort: int
    category_id: UUID | None
    kind: Kind
    pickup: bool
    delivery: bool
    coupon_template: UUID | None
    money_fen: int
    stock_per_store: bool
    most_per_order: int | None
    most_per_day: int | None
    most_ever: int | None
    on_sale_from: datetime | None
    on_sale_until: datetime | None
    early_rank: int
    early_hours: int
    stages: list[str]
    allergens: list[str]
    formula_stage: int | None


class Changes(Terms, total=False):
    """What may be changed afterwards."""

    name: str
    description: str
    points: int


COLUMNS = frozenset(Changes.__annotations__)

_CONTRADICTIONS = {
    "product_points_positive": ("points", "1 to 10,000,000"),
    "product_money_not_negative": ("money_fen", "0 to 100,000,000"),
    "product_stock_not_negative": ("stock", "not negative"),
    "product_formula_stage": ("formula_stage", "1 to 4"),
    "product_kind_known": ("kind", "goods, virtual or coupon"),
    "product_goods_reach_her": ("pickup", "goods are picked up or delivered or both, and nothing else is"),
    "product_coupon_template": ("coupon_template", "a coupon has one, and nothing else has"),
    "product_store_stock_is_picked_up": ("stock_per_store", "only what can be picked up has stock per store"),
    "product_limits_positive": ("most_per_order", "limits are at least 1"),
    "product_sale_begins_before_it_ends": ("on_sale_until", "after on_sale_from"),
    "product_early_access": ("early_hours", "1 to 720 with an early_rank of 1 or more and an on_sale_from; or both 0"),
    "product_price_points_positive": ("prices", "points are 1 to 10,000,000"),
    "product_price_money_not_negative": ("prices", "money_fen is 0 to 100,000,000"),
    "product_price_once_per_level": ("prices", "a level has one price"),
}

_COLUMN = re.compile(r"Key \((\w+?)(?:_id)?\)=.* is not present")


def contradiction(field: str, message: str) -> Invalid:
    return Invalid(errors=[FieldError(field, message)])


@contextmanager
def judged() -> Iterator[None]:
    """What the database refuses inside is a refusal: `Invalid`, with the field named."""
    try:
        yield
    except (asyncpg.CheckViolationError, asyncpg.UniqueViolationError) as error:
        if error.constraint_name not in _CONTRADICTIONS:
            raise
        raise contradiction(*_CONTRADICTIONS[error.constraint_name]) from error
    except asyncpg.ForeignKeyViolationError as error:
        column = _COLUMN.match(error.detail or "")
        if column is None:
            raise
        raise contradiction(column[1], "there is no such one") from error
