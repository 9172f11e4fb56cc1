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
    "product_points_positive": ("points", "积分应在1到10000000之间"),
    "product_money_not_negative": ("money_fen", "金额应在0到100000000之间（单位：分）"),
    "product_stock_not_negative": ("stock", "库存不能小于0"),
    "product_formula_stage": ("formula_stage", "奶粉段位应在1到4段之间"),
    "product_kind_known": ("kind", "商品类型请从实物、虚拟商品、优惠券中选择"),
    "product_goods_reach_her": ("pickup", "实物请至少选择自提或配送，其他类型两项都不选"),
    "product_coupon_template": ("coupon_template", "优惠券商品请选择券模板，其他类型请留空"),
    "product_store_stock_is_picked_up": ("stock_per_store", "只有支持自提的商品才能按门店设置库存"),
    "product_limits_positive": ("most_per_order", "限购数量至少为1，不限购请留空"),
    "product_sale_begins_before_it_ends": ("on_sale_until", "结束时间应晚于开售时间"),
    "product_early_access": (
        "early_hours",
        "提前购应为1到720小时，并设置可提前购的等级和开售时间；没有提前购时两项都填0",
    ),
    "product_price_points_positive": ("prices", "等级价的积分应在1到10000000之间"),
    "product_price_money_not_negative": ("prices", "等级价的金额应在0到100000000之间（单位：分）"),
    "product_price_once_per_level": ("prices", "每个等级只能有一个价格"),
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
        raise contradiction(column[1], "没有找到，请重新选择") from error
