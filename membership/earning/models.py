"""Tables of the ways to earn: the rules, each in its versions, and what they paid."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from membership.earning import purchase_way, ways
from membership.earning.registry import WAYS

assert purchase_way and ways, "imported for what they register"


class EarnRule(Model):
    """One version of a rule. A change closes it and writes the next, so what it paid can be read in it for ever.

    Only `spent` and the end change: a trigger refuses everything else.
    """

    id = fields.UUIDField(primary_key=True)
    code = fields.CharField(max_length=32)
    """The rule's name for programs and finance, the same in all versions."""
    version = fields.IntField()
    way = fields.CharField(max_length=32)
    name = fields.CharField(max_length=32)
    """For the member, in her statement."""
    parameters: dict[str, Any] = fields.JSONField()
    """The way's `Parameters`."""
    valid_from = fields.DateField()
    valid_until = fields.DateField(null=True)
    """The last business day."""
    levels: list[str] | None = fields.JSONField(null=True)
    """Codes of levels; null: every level."""
    stores: list[str] | None = fields.JSONField(null=True)
    """Ids of stores; null: every store."""
    skus: list[str] | None = fields.JSONField(null=True)
    """Articles; null: every article."""
    daily_cap = fields.IntField(null=True)
    monthly_cap = fields.IntField(null=True)
    total_cap = fields.IntField(null=True)
    """In points per member; what there is no room for is not paid."""
    budget = fields.BigIntField(null=True)
    """In points for all members together."""
    spent_before = fields.BigIntField(db_default=0)
    """What the versions before spent of the budget, as it was when this one was written."""
    spent = fields.BigIntField(db_default=0)
    """What this version spent of it since; counted only where there is a budget. Less than nothing when more came back
    of what the versions before had spent."""
    valid_months = fields.SmallIntField()
    """The points expire at the end of the month that lies so many months ahead."""
    active = fields.BooleanField()
    made_by = fields.UUIDField(null=True)
    """The member of staff; null for planted rules."""
    made_at = fields.DatetimeField(db_default=Now())
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "earn_rule"
        indexes = (Index(fields=("way",)),)
        constraints = (
            UniqueConstraint(fields=("code", "version"), name="earn_rule_version_once"),
            UniqueConstraint(fields=("code",), name="earn_rule_one_current", condition="ended_at IS NULL"),
            # The closed list. A share or a message subscription is not on it and can't be rewarded.
            CheckConstraint(
                check=f"way IN ({', '.join(repr(code) for code in sorted(WAYS))})", name="earn_rule_way_known"
            ),
            CheckConstraint(check="code ~ '^[a-z][a-z0-9_]{1,31}$' AND version >= 1", name="earn_rule_code_shape"),
            CheckConstraint(check="valid_until >= valid_from", name="earn_rule_valid_from_to"),
            CheckConstraint(
                check="daily_cap > 0 AND monthly_cap > 0 AND total_cap > 0 AND budget > 0",
                name="earn_rule_caps_positive",
            ),
            CheckConstraint(
                check="spent_before >= 0"
                " AND CASE WHEN budget IS NULL THEN spent = 0 ELSE spent_before + spent BETWEEN 0 AND budget END",
                name="earn_rule_within_budget",
            ),
            CheckConstraint(check="valid_months BETWEEN 1 AND 120", name="earn_rule_valid_months"),
        )


class EarnAward(Model):
    """What a rule paid a member, or reserved for a sale; negative when a return took back. Its key is there once.

    What comes back of a budget is written under the version that counts the budget then.

    Append-only but for the owner: when two members turn out to be one, the lines get the one that remains.
    """

    id = fields.BigIntField(primary_key=True)
    rule: fields.ForeignKeyRelation[EarnRule] = fields.ForeignKeyField(
        "muying.EarnRule", related_name=False, on_delete=fields.RESTRICT
    )
    code = fields.CharField(max_length=32)
    """The rule's code: caps count, and a key is unique, across its versions."""
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    key = fields.CharField(max_length=120)
    points = fields.IntField()
    day = fields.DateField()
    """The business day for which the caps count it."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "earn_award"
        indexes = (Index(fields=("member_id", "code", "day")), Index(fields=("rule_id",)))
        constraints = (
            UniqueConstraint(fields=("code", "key"), name="earn_award_once"),
            CheckConstraint(check="points <> 0", name="earn_award_pays_something"),
        )
