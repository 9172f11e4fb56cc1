"""Tables: the codes that were used."""

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model


class CardCodeUse(Model):
    """A code that was used. The primary key is what makes a code usable once."""

    id = fields.BigIntField(primary_key=True, generated=False)
    """The code's own number: the 18 digits of the barcode and, in base64url, the token's `jti`."""
    member: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )
    terminal = fields.CharField(max_length=64)
    used_at = fields.DatetimeField(db_default=Now())
    receipt = fields.CharField(max_length=64, null=True)
    """The one receipt that the code was used for; none yet after a scan."""

    class Meta:
        table = "card_code_use"
        indexes = (("used_at",), ("member_id",))
        constraints = (
            CheckConstraint(
                check="id BETWEEN 100000000000000000 AND 999999999999999999", name="card_code_use_18_digits"
            ),
        )
