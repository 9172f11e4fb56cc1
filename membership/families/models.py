"""Tables: families, who belongs to one and from when to when, and the invitations."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class Family(Model):
    """One mother's family: what its people earn goes into her points account."""

    id = fields.UUIDField(primary_key=True)
    head: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    """The mother; her account is the family's."""
    made_at = fields.DatetimeField(db_default=Now())
    dissolved_at = fields.DatetimeField(null=True)

    class Meta:
        table = "family"
        constraints = (
            UniqueConstraint(fields=("head_id",), name="family_one_per_head", condition="dissolved_at IS NULL"),
        )


class FamilyInvitation(Model):
    """A code with which one person may join, once, within 24 hours. The code itself is nowhere."""

    id = fields.UUIDField(primary_key=True)
    family: fields.ForeignKeyRelation[Family] = fields.ForeignKeyField(
        "muying.Family", related_name=False, on_delete=fields.RESTRICT
    )
    code_hash = fields.BinaryField()
    """Keyed hash of the code."""
    made_at = fields.DatetimeField(db_default=Now())
    expires_at = fields.DatetimeField()
    accepted_at = fields.DatetimeField(null=True)
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "family_invitation"
        indexes = (Index(fields=("family_id",)),)
        constraints = (
            UniqueConstraint(fields=("code_hash",), name="family_invitation_code_once"),
            CheckConstraint(check="octet_length(code_hash) = 32", name="family_invitation_code_is_hashed"),
            CheckConstraint(
                check="accepted_at IS NULL OR withdrawn_at IS NULL", name="family_invitation_ends_in_one_way"
            ),
        )


class FamilyPerson(Model):
    """Who belongs to a family, its head included, from joining to leaving. A member belongs to one at a time."""

    id = fields.UUIDField(primary_key=True)
    family: fields.ForeignKeyRelation[Family] = fields.ForeignKeyField(
        "muying.Family", related_name=False, on_delete=fields.RESTRICT
    )
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    invitation: fields.OneToOneNullableRelation[FamilyInvitation] = fields.OneToOneField(
        "muying.FamilyInvitation", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """How a relative came in, by which he agreed; null for the head. One invitation brings one person."""
    may_spend = fields.BooleanField(db_default=False)
    """Whether he may spend the family's points. Hers to say; the head's own row says nothing of it."""
    monthly_limit = fields.IntField(null=True)
    """How many points he may spend in a calendar month; null: as many as there are."""
    joined_at = fields.DatetimeField(db_default=Now())
    left_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=16, null=True)
    """How it ended: `left`, `removed`, `dissolved` or `merged` (the person is another member of the family now)."""

    class Meta:
        table = "family_person"
        indexes = (Index(fields=("family_id",)), Index(fields=("member_id",)))
        constraints = (
            UniqueConstraint(fields=("member_id",), name="family_person_one_family", condition="left_at IS NULL"),
            CheckConstraint(check="monthly_limit > 0", name="family_person_limit_positive"),
            CheckConstraint(check="monthly_limit IS NULL OR may_spend", name="family_person_limit_of_spending"),
            CheckConstraint(check="(left_at IS NULL) = (reason IS NULL)", name="family_person_leaves_somehow"),
            CheckConstraint(
                check="reason IN ('left', 'removed', 'dissolved', 'merged')", name="family_person_reason_known"
            ),
            CheckConstraint(
                check="invitation_id IS NOT NULL OR NOT may_spend", name="family_person_head_spends_anyway"
            ),
        )
