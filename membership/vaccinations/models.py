"""The table of vaccinations."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model


class VaccinationSheet(Model):
    """Everything about a baby's vaccinations, sealed as a whole with the baby's key.

    One row of a fixed size and not one for each dose: how many doses a child had tells how old it is. It is read with
    every screen and by the daily job, and never searched in.
    """

    baby: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Baby", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    content_sealed = fields.BinaryField()
    """`sheets.Sheet` as JSON, filled up to a multiple of one length."""

    class Meta:
        table = "vaccination_sheet"


class VaccinationReminder(Model):
    """That a mother was reminded of something: each once. The mark is a keyed hash, so it does not say of what."""

    id = fields.UUIDField(primary_key=True)
    """UUIDv4: one that sorts by time would tell when."""
    baby: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Baby", related_name=False, on_delete=fields.RESTRICT
    )
    mark = fields.BinaryField()

    class Meta:
        table = "vaccination_reminder"
        unique_together = (("baby_id", "mark"),)
        constraints = (CheckConstraint(check="octet_length(mark) = 32", name="vaccination_reminder_mark_is_a_hash"),)
