"""Tables of the inbox: messages in clear, and for each member a box of those that are not."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from foundation.ciphers import HEADER, NONCE_BYTES, TAG_BYTES

BOX_BYTES = 3840
"""What is in a box before it is sealed, however many messages: some ten of the usual length."""
SEALED_BYTES = HEADER.size + NONCE_BYTES + BOX_BYTES + TAG_BYTES


class Notification(Model):
    """One message to one member."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    kind = fields.CharField(max_length=32)
    """What it is about, in the words of the feature that sends it."""
    key = fields.CharField(max_length=160)
    """What happened, once for ever within its kind."""
    title = fields.CharField(max_length=40)
    body = fields.CharField(max_length=400)
    link = fields.CharField(max_length=200, null=True)
    """The page of the mini-program that it leads to."""
    created_at = fields.DatetimeField(db_default=Now())
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notification"
        indexes = (("member_id", "id"), ("created_at",))
        constraints = (
            UniqueConstraint(fields=("kind", "key"), name="notification_once"),
            CheckConstraint(check="kind ~ '^[a-z_]{1,32}$'", name="notification_kind_shape"),
        )


class DiscreetInbox(Model):
    """All messages to a member of which nobody may see when they came or how many they are, sealed as one.

    One row of one size that is never deleted while she is here: a time, a month, a number of rows or a row that comes
    and goes would each tell how old a child is. Its key is its own, so that telling her something needs no lock on her.
    """

    id = fields.UUIDField(primary_key=True)
    """UUIDv4: one that sorts by time would tell when the first came."""
    member: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    data_key = fields.BinaryField()
    """The box's data keys, wrapped."""
    content_sealed = fields.BinaryField()
    """`discreet.Box` as JSON."""

    class Meta:
        table = "discreet_inbox"
        constraints = (
            CheckConstraint(
                check=f"octet_length(content_sealed) = {SEALED_BYTES}", name="discreet_inbox_of_one_length"
            ),
        )
