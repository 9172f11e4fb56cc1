"""The inbox."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


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
