"""The ground's own tables: wrapping keys, sessions, idempotency keys, and what WeChat pushes."""

from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class WrappingKey(Model):
    """A key that wraps data keys, itself wrapped by a master key of the environment. The highest id wraps."""

    id = fields.SmallIntField(primary_key=True, generated=False)
    master = fields.CharField(max_length=16)
    """The id of the master key that wraps it."""
    sealed = fields.BinaryField()
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "wrapping_key"
        constraints = (CheckConstraint(check="id >= 1", name="wrapping_key_counts_from_one"),)


class KeyRotation(Model):
    """A rotation of all data keys, and how far it has come. One at a time is unfinished (an index of its own)."""

    id = fields.IntField(primary_key=True)
    wrapping_key_id = fields.SmallIntField()
    """Made for this rotation: what it wraps has been in the first phase."""
    phase = fields.CharField(max_length=8)
    unit = fields.CharField(max_length=64)
    """The table of owners, or `table.column` of the house, that is being worked at."""
    after_id = fields.UUIDField()
    busy: list[UUID] = ArrayField("uuid")
    """Who could not be taken in passing and is tried again."""
    again = fields.IntField(default=0, db_default=0)
    owners = fields.IntField(default=0, db_default=0)
    sealed = fields.BigIntField(default=0, db_default=0)
    unreadable = fields.IntField(default=0, db_default=0)
    waiting_since = fields.DatetimeField(null=True)
    started_at = fields.DatetimeField(db_default=Now())
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "key_rotation"
        constraints = (CheckConstraint(check="phase IN ('grow', 'seal', 'shrink')", name="key_rotation_phase"),)


class Session(Model):
    """One sign-in on one device: the truth of which Redis holds a hot copy."""

    id = fields.UUIDField(primary_key=True)
    audience = fields.CharField(max_length=16)
    subject = fields.UUIDField()
    claims: dict[str, str] = fields.JSONField()
    """What the face must know of the caller besides who it is (a role, a store)."""
    generation = fields.IntField(default=0)
    """Which refresh token is the current one."""
    rotated_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    created_at = fields.DatetimeField(db_default=Now())
    ended_at = fields.DatetimeField(null=True)
    end_reason = fields.CharField(max_length=32, null=True)

    class Meta:
        table = "session"
        indexes = (("subject", "audience"), ("expires_at",))
        constraints = (CheckConstraint(check="generation >= 0", name="session_generation_not_negative"),)


class IdempotencyKey(Model):
    """A request that was answered: its key, what it asked and the first answer."""

    id = fields.BigIntField(primary_key=True)

    subject = fields.UUIDField()
    key = fields.CharField(max_length=64)
    fingerprint = fields.BinaryField()
    answer = fields.BinaryField()
    """Sealed by the house: what she was answered may name her child."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "idempotency_key"
        unique_together = (("subject", "key"),)
        indexes = (("created_at",),)


class WeChatMessage(Model):
    """What WeChat pushed to us, as it came."""

    id = fields.UUIDField(primary_key=True)
    number_index = fields.BinaryField()
    """The blind index of WeChat's own number of the message: the same one may come three times."""
    kind = fields.CharField(max_length=64)
    content_sealed = fields.BinaryField()
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "wechat_message"
        constraints = (UniqueConstraint(fields=("number_index",), name="wechat_message_number_unique"),)
        indexes = (("created_at",),)


class AuditEntry(Model):
    """A change that a member of staff made. Append-only but for the seal of its reason: a trigger refuses the rest."""

    id = fields.UUIDField(primary_key=True)
    actor_id = fields.UUIDField()
    """The member of staff; the ground knows nobody by name."""
    action = fields.CharField(max_length=64)
    subject = fields.CharField(max_length=32)
    subject_id = fields.CharField(max_length=64)
    before: dict[str, Any] | None = fields.JSONField(null=True)
    after: dict[str, Any] | None = fields.JSONField(null=True)
    reason = fields.CharField(max_length=200, null=True)
    """In clear, of entries of before 0026; emptied by `foundation.late_sealing`. To be dropped in the release after."""
    reason_sealed = fields.BinaryField(null=True)
    """Sealed by the house: the sentence may name somebody, although it should not."""
    created_at = fields.DatetimeField(db_default=Now())
    mac = fields.BinaryField()
    """Over all but the time, with a key of the environment: who only has the database writes none that passes."""

    class Meta:
        table = "audit_entry"
        indexes = (("subject", "subject_id", "id"), ("created_at", "id"))
        constraints = (
            CheckConstraint(check="action ~ '^[a-z_]+\\.[a-z_]+$'", name="audit_entry_action_shape"),
            CheckConstraint(check="length(mac) = 32", name="audit_entry_mac_whole"),
        )


class AuditLink(Model):
    """An entry's place in the chain of the audit. Append-only, and written by one worker at a time, without gaps."""

    seq = fields.BigIntField(primary_key=True, generated=False)
    entry: fields.OneToOneRelation[AuditEntry] = fields.OneToOneField(
        "muying.AuditEntry", related_name=False, on_delete=fields.RESTRICT
    )
    hash = fields.BinaryField()
    """SHA-256 over the hash before it, `seq` and the entry."""

    class Meta:
        table = "audit_link"
        constraints = (
            CheckConstraint(check="seq >= 1", name="audit_link_counts_from_one"),
            CheckConstraint(check="length(hash) = 32", name="audit_link_hash_whole"),
        )
