"""Tables: how much there is of a product and where, how it came there, and who took how many."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class ProductStock(Model):
    """What a store has of a product, if its stock is per store."""

    id = fields.BigIntField(primary_key=True)
    product: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )
    stock = fields.IntField()
    supplied = fields.IntField()
    """As of the product: all pieces ever put there."""

    class Meta:
        table = "product_stock"
        indexes = (("store_id", "product_id"),)
        constraints = (
            UniqueConstraint(fields=("product_id", "store_id"), name="product_stock_once_per_store"),
            CheckConstraint(check="stock BETWEEN 0 AND supplied", name="product_stock_in_store_not_negative"),
        )


class StockMovement(Model):
    """Pieces that came to a place or left it other than by an order. Append-only: Σ pieces = supplied, per place."""

    id = fields.BigIntField(primary_key=True)
    product: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """Null: the central stock."""
    kind = fields.CharField(max_length=12)
    """`supplied`, `transferred` or `corrected`."""
    pieces = fields.IntField()
    reason = fields.CharField(max_length=200, null=True)
    by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """Null: it was there when the product was made."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "stock_movement"
        indexes = (("product_id", "id"),)
        constraints = (
            CheckConstraint(check="pieces <> 0", name="stock_movement_moves_something"),
            CheckConstraint(check="kind IN ('supplied', 'transferred', 'corrected')", name="stock_movement_kind_known"),
        )


class ProductQuota(Model):
    """How many pieces a member took of a product that is limited: on a business day, or ever."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    product: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT
    )
    period = fields.CharField(max_length=10)
    """`ever`, or the business day."""
    taken = fields.IntField()

    class Meta:
        table = "product_quota"
        constraints = (
            UniqueConstraint(fields=("member_id", "product_id", "period"), name="product_quota_once"),
            CheckConstraint(check="taken >= 0", name="product_quota_not_negative"),
            CheckConstraint(check="period = 'ever' OR period ~ '^\\d{4}-\\d\\d-\\d\\d$'", name="product_quota_period"),
        )
