"""Tables: what is offered and for how much, and what is wished for. (How much there is: `stock_models`.)"""

from typing import Any

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from foundation.files import LONGEST_KEY
from foundation.ids import new_id
from membership.catalogue.stock_models import ProductQuota, ProductStock, StockMovement

__all__ = [
    "CatalogueSettings",
    "Product",
    "ProductCategory",
    "ProductPicture",
    "ProductPrice",
    "ProductQuota",
    "ProductSearch",
    "ProductStock",
    "StockMovement",
    "Wish",
]

EMPTY = SqlDefault("'{}'")


class ProductCategory(Model):
    """A shelf of the mall; one that has a parent is a part of it, and has no parts itself."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    parent: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.ProductCategory", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    name = fields.CharField(max_length=16)
    sort = fields.IntField()

    class Meta:
        table = "product_category"
        indexes = (("parent_id",),)


class Product(Model):
    """What points buy, alone or with money."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    name = fields.CharField(max_length=64)
    description = fields.CharField(max_length=1000)
    category: fields.ForeignKeyNullableRelation[ProductCategory] = fields.ForeignKeyField(
        "muying.ProductCategory", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    kind = fields.CharField(max_length=8, db_default="goods")
    """`goods`, `virtual` or `coupon`."""
    pickup = fields.BooleanField(db_default=True)
    delivery = fields.BooleanField(db_default=False)
    coupon_template = fields.UUIDField(null=True)
    """What a product of kind `coupon` delivers. Coupons stand on the same height, so no foreign key says so."""
    points = fields.IntField()
    """For one piece, as is `money_fen`; a level may pay less (`ProductPrice`)."""
    money_fen = fields.IntField(db_default=0)
    stock = fields.IntField()
    """In the central stock, from which all is sent, and all is picked up unless `stock_per_store`."""
    supplied = fields.IntField()
    """All pieces ever put there; less those withheld, reserved and gone, it is the stock."""
    withheld = fields.IntField(db_default=0)
    """Pieces kept apart for sales of their own that are not over, sold or not; no order takes them from the shelf."""
    stock_per_store = fields.BooleanField(db_default=False)
    """What is picked up comes from the store's own stock."""
    most_per_order = fields.SmallIntField(null=True)
    most_per_day = fields.IntField(null=True)
    most_ever = fields.IntField(null=True)
    """By one member; a day is a business day."""
    counted_since = fields.DatetimeField(null=True)
    """From when on `ProductQuota` counts: since the product first had a limit, and for ever after."""
    on_sale_from = fields.DatetimeField(null=True)
    on_sale_until = fields.DatetimeField(null=True)
    early_rank = fields.SmallIntField(db_default=0)
    """Levels of this rank and above may have it `early_hours` before `on_sale_from`; 0: nobody may."""
    early_hours = fields.SmallIntField(db_default=0)
    stages: list[str] = ArrayField("text", db_default=EMPTY)
    """Of a baby, whom it suits; none: everybody."""
    allergens: list[str] = ArrayField("text", db_default=EMPTY)
    """What it is not for: a baby with one of these allergies."""
    formula_stage = fields.SmallIntField(null=True)
    promotion_refused = fields.BooleanField()
    """The law forbids to promote it (stage-1 formula, unless the policy changes), and a gift is promotion."""
    on_sale = fields.BooleanField()
    sort = fields.IntField()
    """Its place on the shelf, the smallest first."""
    cover = fields.UUIDField(null=True)
    """The first of its pictures, kept here so that lists need no join."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "product"
        indexes = (
            ("on_sale", "sort", "id"),
            ("on_sale", "points", "id"),
            ("on_sale", "id"),
            ("category_id", "on_sale", "sort", "id"),
        )
        constraints = (
            CheckConstraint(check="points BETWEEN 1 AND 10000000", name="product_points_positive"),
            CheckConstraint(check="money_fen BETWEEN 0 AND 100000000", name="product_money_not_negative"),
            CheckConstraint(check="stock BETWEEN 0 AND supplied", name="product_stock_not_negative"),
            # Not within what was supplied: a piece that was sold and given back is on the shelf, and still withheld.
            CheckConstraint(check="withheld >= 0", name="product_withheld_not_negative"),
            CheckConstraint(check="formula_stage BETWEEN 1 AND 4", name="product_formula_stage"),
            CheckConstraint(check="NOT (promotion_refused AND on_sale)", name="product_promotion_refused"),
            CheckConstraint(check="kind IN ('goods', 'virtual', 'coupon')", name="product_kind_known"),
            CheckConstraint(check="(kind = 'goods') = (pickup OR delivery)", name="product_goods_reach_her"),
            CheckConstraint(check="(kind = 'coupon') = (coupon_template IS NOT NULL)", name="product_coupon_template"),
            CheckConstraint(check="NOT stock_per_store OR pickup", name="product_store_stock_is_picked_up"),
            CheckConstraint(
                check="most_per_order > 0 AND most_per_day > 0 AND most_ever > 0", name="product_limits_positive"
            ),
            CheckConstraint(
                check="counted_since IS NOT NULL OR (most_per_day IS NULL AND most_ever IS NULL)",
                name="product_limits_are_counted",
            ),
            CheckConstraint(check="on_sale_from < on_sale_until", name="product_sale_begins_before_it_ends"),
            CheckConstraint(
                check="early_hours BETWEEN 0 AND 720 AND early_rank >= 0 AND (early_hours = 0) = (early_rank = 0)"
                " AND (early_hours = 0 OR on_sale_from IS NOT NULL)",
                name="product_early_access",
            ),
        )


class ProductPrice(Model):
    """What one piece costs from a level upward."""

    id = fields.BigIntField(primary_key=True)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT
    )
    level: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.TierLevel", related_name=False, on_delete=fields.RESTRICT
    )
    points = fields.IntField()
    money_fen = fields.IntField()

    class Meta:
        table = "product_price"
        constraints = (
            UniqueConstraint(fields=("product_id", "level_id"), name="product_price_once_per_level"),
            CheckConstraint(check="points BETWEEN 1 AND 10000000", name="product_price_points_positive"),
            CheckConstraint(check="money_fen BETWEEN 0 AND 100000000", name="product_price_money_not_negative"),
        )


class ProductSearch(Model):
    """By what a product is found; apart from it, because the row of a product is written with every piece taken."""

    product: fields.OneToOneRelation[Product] = fields.OneToOneField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    text = fields.CharField(max_length=600)
    """`searching.text_of` its name."""
    grams: list[str] = ArrayField("text")
    """`searching.grams_of` that text."""

    class Meta:
        table = "product_search"


class ProductPicture(Model):
    """One of a product's pictures; its three sizes are files."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT
    )
    place = fields.SmallIntField()
    """0 is the cover."""
    small = fields.CharField(max_length=LONGEST_KEY)
    medium = fields.CharField(max_length=LONGEST_KEY)
    large = fields.CharField(max_length=LONGEST_KEY)
    """Keys of files."""

    class Meta:
        table = "product_picture"
        constraints = (
            UniqueConstraint(fields=("product_id", "place"), name="product_picture_one_per_place"),
            CheckConstraint(check="place BETWEEN 0 AND 8", name="product_picture_nine_at_most"),
        )


class Wish(Model):
    """What a member saves for."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT
    )
    place = fields.SmallIntField()
    """Which of her hundred places it takes up: so there can't be more, however many requests come at once."""
    created_at = fields.DatetimeField(db_default=Now())
    told_at = fields.DatetimeField(null=True)
    """When she was told that she can afford it; once."""

    class Meta:
        table = "wish"
        constraints = (
            UniqueConstraint(fields=("member_id", "product_id"), name="wish_once"),
            UniqueConstraint(fields=("member_id", "place"), name="wish_one_per_place"),
            CheckConstraint(check="place BETWEEN 1 AND 100", name="wish_hundred_at_most"),
        )


class CatalogueSettings(Model):
    """One row: what the staff may set for the whole catalogue."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    refused_stages: list[int] = ArrayField("smallint", db_default=EMPTY)
    """Stages of formula that the law forbids to promote."""
    points_per_can = fields.IntField()
    """What an average can of formula earns: "three cans to go" is told by it."""
    entries_seen = fields.BigIntField(db_default=0)
    """The last entry of the points ledger after which wishes were looked at."""

    class Meta:
        table = "catalogue_settings"
        constraints = (
            CheckConstraint(check="id = 1", name="catalogue_settings_one_row"),
            CheckConstraint(check="points_per_can > 0", name="catalogue_settings_can_earns"),
        )
