"""Tables of the enrolment: gifts for joining, members who turned out to be one, and who was registered at a till."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class GiftRule(Model):
    """What a step of joining is worth, as data. A gift without a rule is not given."""

    code = fields.CharField(max_length=16, primary_key=True)
    """`welcome` (with the verified phone) or `profile` (with the required fields)."""
    points = fields.IntField()
    valid_months = fields.SmallIntField()
    """The points expire at the end of the month that lies so many months ahead."""

    class Meta:
        table = "gift_rule"
        constraints = (
            CheckConstraint(check="code IN ('welcome', 'profile')", name="gift_rule_known"),
            CheckConstraint(check="points > 0 AND valid_months > 0", name="gift_rule_positive"),
        )


class GiftClaim(Model):
    """A gift that was given. It outlives the member: who comes back by the same phone or WeChat gets no second one."""

    id = fields.UUIDField(primary_key=True)
    gift: fields.ForeignKeyRelation[GiftRule] = fields.ForeignKeyField(
        "muying.GiftRule", related_name=False, on_delete=fields.RESTRICT
    )
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    phone_index = fields.BinaryField(null=True)
    openid_index = fields.BinaryField(null=True)
    points = fields.IntField()
    claimed_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "gift_claim"
        unique_together = (("gift", "member"),)
        constraints = (
            UniqueConstraint(fields=("gift_id", "phone_index"), name="gift_claim_once_per_phone"),
            UniqueConstraint(fields=("gift_id", "openid_index"), name="gift_claim_once_per_openid"),
            CheckConstraint(check="points > 0", name="gift_claim_positive"),
        )


class MemberMerge(Model):
    """That a member turned out to be another one, and what moved to her."""

    id = fields.UUIDField(primary_key=True)
    from_member: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    into_member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    moved: dict[str, Any] = fields.JSONField()
    """`MovedInMerge`: points, debt, lots, purchases, the levels."""
    merged_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "member_merge"
        indexes = (("into_member_id",),)
        constraints = (CheckConstraint(check="from_member_id <> into_member_id", name="member_merge_of_two"),)


class StoreRegistration(Model):
    """Which shop's till made a member."""

    id = fields.UUIDField(primary_key=True)
    member: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )
    partner: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Partner", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    """Whose till; null when a member of staff did it."""
    registered_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "store_registration"
