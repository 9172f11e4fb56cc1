"""Tables: the versions of the letter of authorization, who gave it, for which purposes, and who was asked and refused.

What was given proves that what was done then was allowed: it is ended and never deleted.
"""

from typing import Any, Literal, get_args

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

Purpose = Literal["service", "expert", "store_reminders", "marketing", "research"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
"""What she may allow, each by itself.

`service` is to keep and show the profiles: stages, growth, vaccinations, milk with its estimate, and the reminders of
them. The others are uses of what is kept by it, and mean nothing without it: `expert`, what an expert who answers her
may see; `store_reminders`, that a shop tells her what runs out; `marketing`, offers by stage; `research`, figures.
"""


class AuthorizationText(Model):
    """One version of 《母婴健康数据授权书》. A published version is never changed; a new one follows it."""

    version = fields.IntField(primary_key=True, generated=False)
    title = fields.CharField(max_length=100)
    text = fields.TextField()
    purposes: list[dict[str, str]] = fields.JSONField()
    """`[{"purpose": …, "title": …, "text": …}]`: what each tick says."""
    valid_days = fields.IntField()
    """How long an authorization given by this version is valid."""
    asks_anew = fields.BooleanField()
    """Whether what was given by an earlier version counts no more from its publication on."""
    published_at = fields.DatetimeField()

    class Meta:
        table = "authorization_text"
        constraints = (
            CheckConstraint(check="version >= 1", name="authorization_text_counts_from_one"),
            CheckConstraint(check="valid_days BETWEEN 1 AND 3660", name="authorization_text_valid_for_some_time"),
        )


class GivenAuthorization(Model):
    """That a guardian authorized, for the purposes that stand beside it; one at a time."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    text: fields.ForeignKeyRelation[AuthorizationText] = fields.ForeignKeyField(
        "muying.AuthorizationText", related_name=False, on_delete=fields.RESTRICT
    )
    is_guardian = fields.BooleanField()
    """She confirmed that she is the child's guardian; without that nothing is written."""
    given_at = fields.DatetimeField(db_default=Now())
    valid_until = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ended_because = fields.CharField(max_length=9, null=True)
    """`withdrawn`, `replaced` by another, or `merged`: the one whom she became has her own."""

    class Meta:
        table = "given_authorization"
        indexes = (Index(fields=("member_id",)),)
        constraints = (
            UniqueConstraint(fields=("member_id",), name="given_authorization_one_open", condition="ended_at IS NULL"),
            CheckConstraint(check="is_guardian", name="given_authorization_by_a_guardian"),
            CheckConstraint(check="valid_until > given_at", name="given_authorization_valid_for_some_time"),
            CheckConstraint(check="ended_at >= given_at", name="given_authorization_ends_after"),
            CheckConstraint(
                check="(ended_at IS NULL) = (ended_because IS NULL)", name="given_authorization_ends_somehow"
            ),
            CheckConstraint(
                check="ended_because IN ('withdrawn', 'replaced', 'merged')", name="given_authorization_end_known"
            ),
        )


class AuthorizedPurpose(Model):
    """One tick of an authorization, and when she took it back."""

    id = fields.UUIDField(primary_key=True)
    authorization: fields.ForeignKeyRelation[GivenAuthorization] = fields.ForeignKeyField(
        "muying.GivenAuthorization", related_name=False, on_delete=fields.RESTRICT
    )
    purpose = fields.CharField(max_length=16)
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "authorized_purpose"
        unique_together = (("authorization_id", "purpose"),)
        constraints = (
            CheckConstraint(
                check=f"purpose IN ({', '.join(repr(purpose) for purpose in PURPOSES)})",
                name="authorized_purpose_known",
            ),
        )


class AuthorizationRefusal(Model):
    """That she refused, or took everything back: for a while she is not asked again."""

    member: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    refused_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "authorization_refusal"
