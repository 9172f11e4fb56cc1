"""Tables: who of the staff asked to see what of whom, and every look that was taken."""

from typing import Any

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from membership.disclosures.purposes import KINDS, OPEN_MINUTES, PARTS, PURPOSES

NONE = SqlDefault("'{}'")


def _known(names: tuple[str, ...]) -> str:
    return ", ".join(f"'{name}'" for name in names)


class Disclosure(Model):
    """That somebody of the staff asked for a full value, who allowed it, and until when it is open."""

    id = fields.UUIDField(primary_key=True)
    kind = fields.CharField(max_length=16)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    """Whose value it is; of a baby the mother, or who else wrote it down."""
    baby: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Baby", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    parts: list[str] = ArrayField("text", db_default=NONE)
    """Of a child: what was asked for."""
    purpose = fields.CharField(max_length=24)
    reason_sealed = fields.BinaryField(null=True)
    """The sentence, sealed by the house: it may name somebody, although it should not."""
    asked_by: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT
    )
    asked_as = fields.CharField(max_length=16)
    """The role in which she asked."""
    asked_unrelated = fields.BooleanField(null=True)
    """What who asked declared: that she is no relative of the child. Null of what is no child's."""
    store: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    asked_at = fields.DatetimeField(db_default=Now())
    decided_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    """Null for what a role is granted without being asked about."""
    decided_at = fields.DatetimeField(null=True)
    granted = fields.BooleanField(null=True)
    granted_parts: list[str] = ArrayField("text", db_default=NONE)
    """Those of `parts` that were approved."""
    decided_unrelated = fields.BooleanField(null=True)
    """What who approved declared, as above; who refuses declares nothing."""
    open_until = fields.DatetimeField(null=True)
    ended_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "disclosure"
        indexes = (Index(fields=("member_id",)), Index(fields=("baby_id",)), ("asked_by_id", "id"))
        constraints = (
            CheckConstraint(check=f"kind IN ({_known(KINDS)})", name="disclosure_kind_known"),
            CheckConstraint(check=f"purpose IN ({_known(PURPOSES)})", name="disclosure_purpose_known"),
            CheckConstraint(check="(kind = 'baby_details') = (baby_id IS NOT NULL)", name="disclosure_of_one"),
            CheckConstraint(
                check="(decided_at IS NULL) = (granted IS NULL) AND (decided_by_id IS NULL OR decided_at IS NOT NULL)",
                name="disclosure_decided_whole",
            ),
            CheckConstraint(
                check=f"(open_until IS NULL) = (granted IS NOT TRUE)"
                f" AND open_until = decided_at + interval '{OPEN_MINUTES} minutes'",
                name="disclosure_open_for_a_while",
            ),
            CheckConstraint(
                check="baby_id IS NULL OR granted IS NOT TRUE OR decided_by_id IS NOT NULL AND"
                " decided_by_id <> asked_by_id",
                name="disclosure_of_a_child_by_two",
            ),
            CheckConstraint(
                check="granted IS NOT FALSE OR decided_by_id IS NOT NULL", name="disclosure_refused_by_one"
            ),
            CheckConstraint(check="ended_at IS NULL OR granted", name="disclosure_ended_was_open"),
            CheckConstraint(check=f"parts <@ ARRAY[{_known(PARTS)}]", name="disclosure_parts_known"),
            CheckConstraint(check="baby_id IS NOT NULL OR parts = '{}'", name="disclosure_parts_of_a_child"),
            CheckConstraint(
                check="granted_parts <@ parts AND (granted IS TRUE OR granted_parts = '{}')",
                name="disclosure_parts_granted",
            ),
            CheckConstraint(check="ended_by_id IS NULL OR ended_at IS NOT NULL", name="disclosure_ended_whole"),
        )


class DisclosureLook(Model):
    """One look at the value: written in the transaction that reads it. Append-only."""

    id = fields.UUIDField(primary_key=True)
    disclosure: fields.ForeignKeyRelation[Disclosure] = fields.ForeignKeyField(
        "muying.Disclosure", related_name=False, on_delete=fields.RESTRICT
    )
    looked_at = fields.DatetimeField(db_default=Now())
    part = fields.CharField(max_length=16, null=True)
    """Of a child: what was looked at."""

    class Meta:
        table = "disclosure_look"
        indexes = (("disclosure_id", "id"),)
        constraints = (CheckConstraint(check=f"part IN ({_known(PARTS)})", name="disclosure_look_part_known"),)
