"""Tables of the members: who is one, how WeChat knows her, and what she agreed to."""

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class Member(Model):
    """One person. Everything personal is sealed with her data keys; without them it can't be read again."""

    id = fields.UUIDField(primary_key=True)
    number = fields.CharField(max_length=12, unique=True)
    """The membership number: eleven random digits and a check digit."""
    status = fields.CharField(max_length=8)
    """`active`, `banned`, `merged` (she is another row now) or `erased`."""
    merged_into: fields.ForeignKeyNullableRelation["Member"] = fields.ForeignKeyField(
        "muying.Member", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    origin = fields.CharField(max_length=8)
    """`wechat` or `store`: where the row was made."""
    data_key = fields.BinaryField(null=True)
    """Her keyring: data keys, wrapped by a wrapping key."""
    phone_index = fields.BinaryField(null=True)
    phone_sealed = fields.BinaryField(null=True)
    phone_verified_at = fields.DatetimeField(null=True)
    """When WeChat vouched for the number; null for one that a till typed in."""
    profile_sealed = fields.BinaryField(null=True)
    """The profile as JSON: read and written as a whole, and nobody searches in it."""
    ban_reason = fields.CharField(max_length=200, null=True)
    """In clear, of bans of before 0026; emptied by `privacy.seal_old_texts`. To be dropped in the release after."""
    ban_reason_sealed = fields.BinaryField(null=True)
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "member"
        constraints = (
            # Partial, because a change of a column under a whole unique index counts as a change of the row's key, and
            # whoever writes a line of her ledger waits for that.
            UniqueConstraint(fields=("phone_index",), name="member_phone_once", condition="phone_index IS NOT NULL"),
            CheckConstraint(check="number ~ '^[1-9][0-9]{11}$'", name="member_number_shape"),
            CheckConstraint(check="status IN ('active', 'banned', 'merged', 'erased')", name="member_status_known"),
            CheckConstraint(check="origin IN ('wechat', 'store')", name="member_origin_known"),
            CheckConstraint(
                check="(status = 'merged') = (merged_into_id IS NOT NULL) AND merged_into_id IS DISTINCT FROM id",
                name="member_merged_into_another",
            ),
            CheckConstraint(
                check="(data_key IS NULL) = (status IN ('merged', 'erased'))", name="member_key_while_a_person"
            ),
            CheckConstraint(
                check="data_key IS NOT NULL OR (phone_index IS NULL AND profile_sealed IS NULL)",
                name="member_nothing_personal_without_key",
            ),
            CheckConstraint(
                check="(phone_index IS NULL) = (phone_sealed IS NULL)"
                " AND (phone_verified_at IS NULL OR phone_index IS NOT NULL)",
                name="member_phone_whole",
            ),
            CheckConstraint(
                check="(status = 'banned') = (ban_reason IS NOT NULL OR ban_reason_sealed IS NOT NULL)",
                name="member_ban_has_reason",
            ),
        )


class WeChatIdentity(Model):
    """How WeChat names a member in our mini-program."""

    id = fields.UUIDField(primary_key=True)
    member: fields.OneToOneRelation[Member] = fields.OneToOneField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    openid_index = fields.BinaryField()
    openid_sealed = fields.BinaryField()
    unionid_index = fields.BinaryField(null=True)
    """Only there when the mini-program is bound to an open-platform account."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "wechat_identity"
        constraints = (UniqueConstraint(fields=("openid_index",), name="wechat_identity_openid_once"),)


class Notice(Model):
    """One version of a text that members agree to. A published version is never changed; a new one follows it."""

    id = fields.UUIDField(primary_key=True)
    code = fields.CharField(max_length=32)
    version = fields.IntField()
    title = fields.CharField(max_length=100)
    text = fields.TextField()
    required_for: list[str] = fields.JSONField()
    """What is refused without it (`phone`, `profile`); empty when it may be declined without any loss."""
    published_at = fields.DatetimeField()

    class Meta:
        table = "notice"
        unique_together = (("code", "version"),)
        constraints = (CheckConstraint(check="version >= 1", name="notice_version_counts_from_one"),)


class Consent(Model):
    """That a member agreed to one version of a notice, and when she took it back."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    notice: fields.ForeignKeyRelation[Notice] = fields.ForeignKeyField(
        "muying.Notice", related_name=False, on_delete=fields.RESTRICT
    )
    source = fields.CharField(max_length=16)
    """Where she agreed: `mini_program`."""
    agreed_at = fields.DatetimeField(db_default=Now())
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "consent"
        indexes = (("member_id", "agreed_at"),)
        constraints = (
            UniqueConstraint(
                fields=("member_id", "notice_id"), name="consent_stands_once", condition="withdrawn_at IS NULL"
            ),
            CheckConstraint(check="source IN ('mini_program')", name="consent_source_known"),
            CheckConstraint(check="withdrawn_at >= agreed_at", name="consent_withdrawn_after"),
        )
