"""Tables of the stones: which of what was taken away this database knows of, and until when it knows all."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model


class Stone(Model):
    """That something was taken away; what it was stands outside of the database (`foundation.stones`)."""

    id = fields.UUIDField(primary_key=True)
    about = fields.BinaryField(null=True)
    """A keyed hash of what a later one replaces; null: no later one does."""
    laid_at = fields.DatetimeField()
    content = fields.BinaryField(null=True)
    """Sealed by the environment's key, until it was copied outside."""

    class Meta:
        table = "stone"
        indexes = (("laid_at",), ("about", "laid_at"))
        constraints = (CheckConstraint(check="length(about) = 32", name="stone_about_whole"),)


class StoneReading(Model):
    """Until when this database knows everything that lies outside; one row."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    read_until = fields.DatetimeField()

    class Meta:
        table = "stone_reading"
        constraints = (CheckConstraint(check="id = 1", name="stone_reading_one_row"),)
