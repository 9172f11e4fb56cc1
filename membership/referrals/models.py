"""Tables of the referrals: each member's code, and who brought whom."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class ReferralCode(Model):
    """What a member gives to a friend."""

    member: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    code = fields.CharField(max_length=8, unique=True)
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "referral_code"
        constraints = (CheckConstraint(check="code ~ '^[2-9A-HJ-NP-Z]{8}$'", name="referral_code_shape"),)


class Referral(Model):
    """That a member was brought by another, and what came of it.

    `waiting` for a purchase that is kept; then `rewarded`, `lapsed` when there was none in time, or `void` when the two
    turned out to be no two people, or one family.
    """

    id = fields.UUIDField(primary_key=True)
    referrer: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    friend: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    friend_openid_index = fields.BinaryField(null=True)
    friend_phone_index = fields.BinaryField(null=True)
    """Outlive the member: who leaves and comes back by the same WeChat or phone is not brought again."""
    entered_on = fields.DateField()
    status = fields.CharField(max_length=8)
    referrer_points = fields.IntField(db_default=0)
    friend_points = fields.IntField(db_default=0)
    created_at = fields.DatetimeField(db_default=Now())
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "referral"
        indexes = (("referrer_id",),)
        constraints = (
            UniqueConstraint(fields=("friend_id",), name="referral_one_referrer"),
            UniqueConstraint(
                fields=("friend_openid_index",),
                name="referral_once_per_openid",
                condition="friend_openid_index IS NOT NULL",
            ),
            UniqueConstraint(
                fields=("friend_phone_index",),
                name="referral_once_per_phone",
                condition="friend_phone_index IS NOT NULL",
            ),
            CheckConstraint(check="referrer_id <> friend_id", name="referral_of_another"),
            CheckConstraint(check="status IN ('waiting', 'rewarded', 'lapsed', 'void')", name="referral_status_known"),
            CheckConstraint(check="(status = 'waiting') = (settled_at IS NULL)", name="referral_settled_at_some_time"),
            CheckConstraint(
                check="referrer_points >= 0 AND friend_points >= 0"
                " AND (status = 'rewarded' OR referrer_points + friend_points = 0)",
                name="referral_pays_when_rewarded",
            ),
        )
