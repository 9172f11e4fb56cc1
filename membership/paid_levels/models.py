"""Tables of paid levels: the plans, and what was sold of them."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class PaidPlan(Model):
    """What can be bought: a level of the tiers, for so long, at a price."""

    code = fields.CharField(max_length=32, primary_key=True)
    name = fields.CharField(max_length=40)
    price_fen = fields.BigIntField()
    months = fields.SmallIntField()
    level: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.TierLevel", related_name=False, on_delete=fields.RESTRICT
    )
    benefits: list[str] = fields.JSONField()
    """In words, for the member."""
    full_refund_days = fields.SmallIntField(db_default=7)
    """So many days after the sale everything is refunded; afterwards by the days that are left."""
    active = fields.BooleanField(db_default=True)
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "paid_plan"
        constraints = (
            CheckConstraint(check="price_fen > 0 AND months BETWEEN 1 AND 60", name="paid_plan_amounts"),
            CheckConstraint(check="full_refund_days BETWEEN 0 AND 365", name="paid_plan_full_refund_days"),
        )


class PaidLevel(Model):
    """A plan that a member bought: what she paid, and from which day to which it holds. Frozen when it is sold."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    plan: fields.ForeignKeyRelation[PaidPlan] = fields.ForeignKeyField(
        "muying.PaidPlan", related_name=False, on_delete=fields.RESTRICT
    )
    level: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.TierLevel", related_name=False, on_delete=fields.RESTRICT
    )
    price_fen = fields.BigIntField()
    full_refund_days = fields.SmallIntField()
    sold_on = fields.DateField()
    begins_on = fields.DateField()
    ends_on = fields.DateField()
    """The last business day on which it holds."""
    store: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )
    partner: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Partner", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """Whose till sold it; null when a member of staff did."""
    number = fields.CharField(max_length=64, null=True)
    terminal = fields.CharField(max_length=64, null=True)
    fingerprint = fields.BinaryField(null=True)
    sold_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    created_at = fields.DatetimeField(db_default=Now())
    refunded_fen = fields.BigIntField(null=True)
    refunded_on = fields.DateField(null=True)
    refunded_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT, null=True
    )

    class Meta:
        table = "paid_level"
        indexes = (Index(fields=("member_id", "ends_on")), Index(fields=("ends_on", "id")))
        constraints = (
            UniqueConstraint(fields=("partner_id", "store_id", "number"), name="paid_level_once"),
            CheckConstraint(check="price_fen > 0", name="paid_level_price_positive"),
            CheckConstraint(check="begins_on >= sold_on AND ends_on > begins_on", name="paid_level_days_in_order"),
            CheckConstraint(
                check="(partner_id IS NULL) = (number IS NULL) AND (partner_id IS NULL) = (terminal IS NULL)"
                " AND (partner_id IS NULL) = (fingerprint IS NULL) AND (partner_id IS NULL) <> (sold_by_id IS NULL)",
                name="paid_level_sold_by_a_till_or_by_staff",
            ),
            CheckConstraint(
                check="(refunded_fen IS NULL) = (refunded_on IS NULL)"
                " AND (refunded_fen IS NULL) = (refunded_by_id IS NULL) AND refunded_fen BETWEEN 0 AND price_fen",
                name="paid_level_refunded_whole",
            ),
        )
