"""Tables: what each role may adjust by hand, how much of it was used, and every adjustment."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class AdjustmentLimit(Model):
    """What a role may do alone. A role without a row adjusts nothing."""

    role = fields.CharField(max_length=16, primary_key=True)
    per_adjustment_points = fields.BigIntField()
    per_day_points = fields.BigIntField()
    """Up and down together, of one person on one business day."""
    may_approve = fields.BooleanField()
    """Whether it may be the second person for what others may not do alone."""

    class Meta:
        table = "adjustment_limit"
        constraints = (
            CheckConstraint(
                check="per_adjustment_points BETWEEN 0 AND per_day_points", name="adjustment_limit_fits_into_the_day"
            ),
        )


class AdjustmentDay(Model):
    """How many points a person has moved alone on a business day. Its row is the lock of the daily limit."""

    id = fields.BigIntField(primary_key=True)
    staff: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT
    )
    day = fields.DateField()
    points = fields.BigIntField()

    class Meta:
        table = "adjustment_day"
        constraints = (
            UniqueConstraint(fields=("staff_id", "day"), name="adjustment_day_once"),
            CheckConstraint(check="points > 0", name="adjustment_day_moved_something"),
        )


class PointsAdjustment(Model):
    """Points that somebody gave or took by hand. `waiting` needs a second person, who approves or rejects it."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    amount = fields.BigIntField()
    reason = fields.CharField(max_length=200, null=True)
    """In clear, of adjustments of before 0026; emptied by `privacy.seal_old_texts`, as `rejected_because`. Both are
    to be dropped in the release after."""
    reason_sealed = fields.BinaryField(null=True)
    """The member reads it in her statement."""
    status = fields.CharField(max_length=8)
    needs_second = fields.BooleanField()
    requested_by: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """The store of the person who asked, if she works for one."""
    day = fields.DateField()
    """The business day on which it was asked for."""
    created_at = fields.DatetimeField(db_default=Now())
    decided_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    decided_at = fields.DatetimeField(null=True)
    rejected_because = fields.CharField(max_length=200, null=True)
    rejected_because_sealed = fields.BinaryField(null=True)

    class Meta:
        table = "points_adjustment"
        indexes = (Index(fields=("member_id",)), Index(fields=("requested_by_id", "id")))
        constraints = (
            CheckConstraint(check="amount <> 0", name="points_adjustment_moves_something"),
            CheckConstraint(check="num_nonnulls(reason, reason_sealed) = 1", name="points_adjustment_has_a_reason"),
            CheckConstraint(check="status IN ('waiting', 'posted', 'rejected')", name="points_adjustment_status_known"),
            CheckConstraint(check="decided_by_id <> requested_by_id", name="points_adjustment_two_people"),
            CheckConstraint(
                check="(decided_by_id IS NOT NULL) = (needs_second AND status <> 'waiting')"
                " AND (decided_by_id IS NULL) = (decided_at IS NULL)",
                name="points_adjustment_decided_when_needed",
            ),
            CheckConstraint(check="needs_second OR status = 'posted'", name="points_adjustment_alone_at_once"),
            CheckConstraint(
                check="(status = 'rejected') = (rejected_because IS NOT NULL OR rejected_because_sealed IS NOT NULL)",
                name="points_adjustment_rejection_has_reason",
            ),
        )
