"""Tables of signing in: every day she came, and the row that decides whether a day counts."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class SignInStreak(Model):
    """Her last day and how many in a row it was. Its row is the lock under which a day is signed."""

    member: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    day = fields.DateField()
    streak = fields.IntField()

    class Meta:
        table = "sign_in_streak"
        constraints = (CheckConstraint(check="streak >= 1", name="sign_in_streak_counts_from_one"),)


class SignIn(Model):
    """A business day on which a member signed in. Append-only but for the owner."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    day = fields.DateField()
    streak = fields.IntField()
    """How many days in a row, this one included."""
    points = fields.IntField()
    """What it brought."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "sign_in"
        constraints = (
            UniqueConstraint(fields=("member_id", "day"), name="sign_in_once_a_day"),
            CheckConstraint(check="streak >= 1 AND points >= 0", name="sign_in_counts"),
        )
