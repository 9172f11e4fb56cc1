"""Tables: the redemptions."""

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class Redemption(Model):
    """A gift that a mother reserved with her points, to be picked up in a store."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    product: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Product", related_name=False, on_delete=fields.RESTRICT
    )
    quantity = fields.SmallIntField()
    points = fields.IntField()
    """For all pieces, at the price of that moment."""
    store: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )
    stock_store: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """The store whose own stock it was taken from; null: the central stock."""
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
