"""The table of addresses."""

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

MOST_ADDRESSES = 20


class MemberAddress(Model):
    """One address of a member, sealed as a whole: nobody searches in it."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    place = fields.SmallIntField()
    """1 to 20, each once: so nobody has more, however many are added at once."""
    content_sealed = fields.BinaryField()
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "member_address"
        unique_together = (("member_id", "place"),)
        constraints = (
            CheckConstraint(check=f"place BETWEEN 1 AND {MOST_ADDRESSES}", name="member_address_at_most_twenty"),
        )
