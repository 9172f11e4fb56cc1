"""Tables of her rights: the deletions that were asked for, and the copies of her data that were made."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class MemberDeletion(Model):
    """That a member wants to be forgotten, from her asking to the end of it. The row proves when it was done."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    requested_at = fields.DatetimeField(db_default=Now())
    due_at = fields.DatetimeField()
    """From when on it is done; later than it was, when something of hers was open at that time."""
    warned_at = fields.DatetimeField(null=True)
    """When she was told that it is tomorrow."""
    cancelled_at = fields.DatetimeField(null=True)
    """When she changed her mind."""
    begun_at = fields.DatetimeField(null=True)
    """From then on there is no way back: a tombstone outside of the database may name her."""
    erased_at = fields.DatetimeField(null=True)
    points = fields.BigIntField(null=True)
    """How many were forfeited."""

    class Meta:
        table = "member_deletion"
        indexes = (Index(fields=("requested_at",)), Index(fields=("erased_at",)))
        constraints = (
            UniqueConstraint(fields=("member_id",), name="member_deletion_once", condition="cancelled_at IS NULL"),
            CheckConstraint(check="cancelled_at IS NULL OR begun_at IS NULL", name="member_deletion_no_way_back"),
            CheckConstraint(
                check="(erased_at IS NULL) = (points IS NULL) AND (erased_at IS NULL OR begun_at IS NOT NULL)",
                name="member_deletion_ends_after_it_began",
            ),
        )


class DataExport(Model):
    """A copy of everything about a member, made for her: waits, can be fetched once within a day, is gone."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    status = fields.CharField(max_length=10)
    """`waiting`, `ready`, `downloaded` or `expired`."""
    requested_at = fields.DatetimeField(db_default=Now())
    ready_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    downloaded_at = fields.DatetimeField(null=True)
    file = fields.CharField(max_length=40, null=True)
    """Its key in the file store, as long as the file is there."""
    secret_sealed = fields.BinaryField(null=True)
    """The key that the file is sealed with: its own, so that a rotation of hers need not touch the file."""
    size_bytes = fields.BigIntField(null=True)

    class Meta:
        table = "data_export"
        indexes = (Index(fields=("member_id", "requested_at")), Index(fields=("requested_at",)))
        constraints = (
            UniqueConstraint(
                fields=("member_id",), name="data_export_one_at_a_time", condition="status IN ('waiting', 'ready')"
            ),
            CheckConstraint(
                check="status IN ('waiting', 'ready', 'downloaded', 'expired')", name="data_export_status_known"
            ),
            CheckConstraint(
                check="(status = 'downloaded') = (downloaded_at IS NOT NULL)"
                " AND (ready_at IS NULL) = (expires_at IS NULL) AND (ready_at IS NULL) = (size_bytes IS NULL)"
                " AND (status <> 'waiting' OR ready_at IS NULL)"
                " AND (status <> 'ready' OR (file IS NOT NULL AND secret_sealed IS NOT NULL))",
                name="data_export_whole",
            ),
        )
