"""Tables of the tiers: the levels as data, who stands where, and the growth ledger that decides it."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class TierLevel(Model):
    """A level: what it takes, what it gives, how long it holds. `levels.Level` reads the JSON columns."""

    code = fields.CharField(max_length=16, primary_key=True)
    name = fields.CharField(max_length=16)
    rank = fields.SmallIntField(unique=True)
    """0 is the level of everyone."""
    rate_numerator = fields.SmallIntField()
    """Points per yuan, as an exact fraction."""
    rate_denominator = fields.SmallIntField()
    match = fields.CharField(max_length=3)
    """`all` or `any` of the conditions."""
    conditions: list[dict[str, Any]] = fields.JSONField()
    validity_months = fields.SmallIntField()
    """How long the level holds after the last day on which its conditions were met."""
    benefits: list[str] = fields.JSONField()
    """In words, for the member."""

    class Meta:
        table = "tier_level"
        constraints = (
            CheckConstraint(check="rank >= 0", name="tier_level_rank_not_negative"),
            CheckConstraint(check="rate_numerator > 0 AND rate_denominator > 0", name="tier_level_rate_positive"),
            CheckConstraint(check="match IN ('all', 'any')", name="tier_level_match_known"),
            CheckConstraint(check="validity_months > 0", name="tier_level_validity_positive"),
            CheckConstraint(
                check="(rank = 0) = (conditions::jsonb = '[]'::jsonb)", name="tier_level_base_is_for_everyone"
            ),
        )


class TierStanding(Model):
    """Where a member stands. Follows from her growth entries and the calendar; every step locks it first."""

    member: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    level: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.TierLevel", related_name=False, on_delete=fields.RESTRICT
    )
    valid_until = fields.DateField(null=True)
    """The last business day on which the level holds; null for the level of everyone."""
    level_after: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.TierLevel", related_name=False, on_delete=fields.RESTRICT
    )
    """The level after that day, as things stand."""
    growth = fields.BigIntField(default=0)
    """Σ growth of all her entries."""

    class Meta:
        table = "tier_standing"


class PaidStanding(Model):
    """That a member holds a level from one day to another because she bought it, whatever she earned.

    Written by whoever sells levels, under the id of the sale.
    """

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    level: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.TierLevel", related_name=False, on_delete=fields.RESTRICT
    )
    begins_on = fields.DateField()
    ends_on = fields.DateField()
    """The last business day on which it holds."""

    class Meta:
        table = "paid_standing"
        indexes = (Index(fields=("member_id", "ends_on")),)
        constraints = (CheckConstraint(check="ends_on >= begins_on", name="paid_standing_days_in_order"),)


class GrowthEntry(Model):
    """One line of the growth ledger: what a purchase, or a return of it, adds to the figures that decide the level.

    Append-only but for the owner: when two members turn out to be one, the lines get the one that remains.
    """

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    key = fields.CharField(max_length=160)
    occurred_on = fields.DateField()
    """The business day it counts for: a return counts for the day of the purchase that it takes back."""
    growth = fields.BigIntField()
    amount_fen = fields.BigIntField()
    purchases = fields.IntField()
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "growth_entry"
        indexes = (Index(fields=("member_id", "occurred_on")),)
        constraints = (UniqueConstraint(fields=("key",), name="growth_entry_once"),)


class TierChange(Model):
    """A change of level, as it was shown to the member."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    from_level: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.TierLevel", related_name=False, on_delete=fields.RESTRICT
    )
    to_level: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.TierLevel", related_name=False, on_delete=fields.RESTRICT
    )
    reason = fields.CharField(max_length=12)
    valid_until = fields.DateField(null=True)
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "tier_change"
        indexes = (Index(fields=("member_id", "id")),)
        constraints = (
            CheckConstraint(
                check="reason IN ('promotion', 'demotion', 'withdrawal', 'merge')", name="tier_change_reason_known"
            ),
            CheckConstraint(check="from_level_id <> to_level_id", name="tier_change_changes"),
        )
