"""Tables: the people who work here."""

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from foundation.ids import new_id


class StaffUser(Model):
    """A person who works with the staff face: one role, and a store for those who work in one."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    name = fields.CharField(max_length=64, unique=True)
    password_hash = fields.CharField(max_length=128)
    """Argon2id, in its own text form."""
    data_key = fields.BinaryField()
    """Wrapped; it seals the TOTP secret."""
    totp_sealed = fields.BinaryField()
    last_totp_step = fields.BigIntField(default=0)
    """The newest 30-second step whose code was used; a code works once."""
    role = fields.CharField(max_length=16)
    store: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    active = fields.BooleanField(default=True)
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "staff_user"
        constraints = (
            CheckConstraint(
                check="role IN ('clerk', 'operator', 'moderator', 'expert', 'administrator', 'privacy_officer')",
                name="staff_user_role",
            ),
            CheckConstraint(check="role <> 'clerk' OR store_id IS NOT NULL", name="staff_user_clerk_has_store"),
        )
