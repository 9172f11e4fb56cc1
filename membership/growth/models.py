"""The table of measurements."""

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from foundation.ciphers import HEADER, NONCE_BYTES, TAG_BYTES

SEALED_LENGTH = 160
"""Characters of a measurement before it is sealed, whatever was measured."""
SEALED_BYTES = HEADER.size + NONCE_BYTES + SEALED_LENGTH + TAG_BYTES
"""And what sealing makes of them."""

MOST_RECORDS = 300
"""Of one baby: once a week in the first year, once a month after, and room for more."""


class GrowthRecord(Model):
    """What was measured of a baby on one day, sealed as a whole with the baby's key and filled up to one length.

    Nothing here tells an age or a size: no day, no time, an id that is random, and no longer a text for a longer child.
    """

    id = fields.UUIDField(primary_key=True)
    """UUIDv4."""
    baby: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Baby", related_name=False, on_delete=fields.RESTRICT
    )
    place = fields.SmallIntField()
    """1 to 300, each once: so no baby has more, however many are added at once."""
    content_sealed = fields.BinaryField()

    class Meta:
        table = "growth_record"
        unique_together = (("baby_id", "place"),)
        constraints = (
            CheckConstraint(check=f"place BETWEEN 1 AND {MOST_RECORDS}", name="growth_record_not_too_many"),
            CheckConstraint(check=f"octet_length(content_sealed) = {SEALED_BYTES}", name="growth_record_of_one_length"),
        )
