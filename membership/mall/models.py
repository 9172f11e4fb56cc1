"""Tables: the gifts and their redemptions."""

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from foundation.ids import new_id


class Product(Model):
    """A gift that points buy."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    name = fields.CharField(max_length=64)
    description = fields.CharField(max_length=1000)
    points = fields.IntField()
    """For one piece."""
    stock = fields.IntField()
    supplied = fields.IntField()
    """All pieces ever put on the shelf; less those reserved and handed over, it is the stock."""
    formula_stage = fields.SmallIntField(null=True)
    promotion_refused = fields.BooleanField()
    """The law forbids to promote it (stage-1 formula, unless the policy changes), and a gift is promotion."""
    on_sale = fields.BooleanField()
    sort = fields.IntField()
    """Its place on the shelf, the smallest first."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "product"
        indexes = (("on_sale", "sort", "id"),)
        constraints = (
            CheckConstraint(check="points BETWEEN 1 AND 10000000", name="product_points_positive"),
            CheckConstraint(check="stock BETWEEN 0 AND supplied", name="product_stock_not_negative"),
            CheckConstraint(check="formula_stage BETWEEN 1 AND 4", name="product_formula_stage"),
            CheckConstraint(check="NOT (promotion_refused AND on_sale)", name="product_promotion_refused"),
        )


class Redemption(Model):
    """A gift that a mother reserved with her points, to be picked up in a store."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    product: fields.ForeignKeyRelation[Product] = fields.ForeignKeyField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT
    )
    quantity = fields.SmallIntField()
    points = fields.IntField()
    """For all pieces, at the price of that moment."""
    store: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )
    status = fields.CharField(max_length=16)
    pickup_code = fields.CharField(max_length=8)
    created_at = fields.DatetimeField(db_default=Now())
    handed_over_at = fields.DatetimeField(null=True)
    handed_over_by: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    cancelled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "redemption"
        indexes = (("member_id", "id"), ("store_id", "pickup_code"), ("product_id",))
        constraints = (
            CheckConstraint(check="status IN ('reserved', 'handed_over', 'cancelled')", name="redemption_status"),
            CheckConstraint(check="quantity BETWEEN 1 AND 99", name="redemption_quantity"),
            CheckConstraint(check="points >= quantity", name="redemption_points_positive"),
            CheckConstraint(check="pickup_code ~ '^[0-9]{8}$'", name="redemption_pickup_code_shape"),
            CheckConstraint(
                check="(status = 'handed_over') = (handed_over_at IS NOT NULL)"
                " AND (status = 'handed_over') = (handed_over_by_id IS NOT NULL)",
                name="redemption_handed_over_by_someone",
            ),
            CheckConstraint(
                check="(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="redemption_cancelled_at_some_time"
            ),
            UniqueConstraint(
                fields=("store_id", "pickup_code"),
                name="redemption_pickup_code_once",
                condition="status = 'reserved'",
            ),
        )
