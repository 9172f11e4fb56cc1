"""Tables: stores, the partners whose tills stand in them, and the partners' keys."""

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from foundation.ids import new_id


class Partner(Model):
    """A company whose tills or shop system send us sales."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    name = fields.CharField(max_length=64, unique=True)
    data_key = fields.BinaryField()
    """Wrapped; it seals the secrets of the partner's keys."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "partner"


class PartnerKey(Model):
    """A key with which a partner signs requests. Two may live at once, so that one can replace the other."""

    id = fields.CharField(max_length=24, primary_key=True)
    partner: fields.ForeignKeyRelation[Partner] = fields.ForeignKeyField(
        "muying.Partner", related_name=False, on_delete=fields.RESTRICT
    )
    slot = fields.SmallIntField()
    sealed_secret = fields.BinaryField()
    created_at = fields.DatetimeField(db_default=Now())
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "partner_key"
        constraints = (
            CheckConstraint(check="slot IN (1, 2)", name="partner_key_slot"),
            UniqueConstraint(
                fields=("partner_id", "slot"), name="partner_key_two_live", condition="revoked_at IS NULL"
            ),
        )


class Store(Model):
    """A shop where mothers buy and pick up. Its tills belong to one partner, or to none yet."""

    id = fields.UUIDField(primary_key=True, default=new_id)
    code = fields.CharField(max_length=16, unique=True)
    name = fields.CharField(max_length=64)
    address = fields.CharField(max_length=200)
    open = fields.BooleanField(default=True)
    partner: fields.ForeignKeyNullableRelation[Partner] = fields.ForeignKeyField(
        "muying.Partner", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    return_days = fields.SmallIntField(db_default=0)
    """Of a web shop: how many days after the purchase its goods may come back; what they earn can be spent only then.
    0: a shop where they are taken home at once."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "store"
        constraints = (
            CheckConstraint(check="code ~ '^[A-Z0-9]{2,16}$'", name="store_code_shape"),
            CheckConstraint(check="return_days BETWEEN 0 AND 365", name="store_return_days"),
        )
