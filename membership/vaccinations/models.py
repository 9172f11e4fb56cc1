"""The table of vaccinations."""

from typing import Any

from tortoise import fields
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
