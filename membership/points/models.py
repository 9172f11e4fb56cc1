"""Tables of the points ledger. Hot statements are written by hand in `actions` and `posting`."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class PointsAccount(Model):
    """What a member has, in one row: every step locks it first."""

    member: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    balance = fields.BigIntField(default=0)
    """Σ of what remains in her lots: those not yet spendable too, and overdue ones until their expiry is posted."""
    debt = fields.BigIntField(default=0)
    """What was taken back after it had been spent; later earnings repay it first."""

    class Meta:
        table = "points_account"
        constraints = (
            CheckConstraint(check="balance >= 0", name="points_account_balance_not_negative"),
            CheckConstraint(check="debt >= 0", name="points_account_debt_not_negative"),
            CheckConstraint(check="balance = 0 OR debt = 0", name="points_account_debt_repaid_first"),
        )


class PointsEntry(Model):
    """One line of the ledger. Append-only: a trigger refuses everything else."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    kind = fields.CharField(max_length=24)
    """A `kinds.Kind`."""
    key = fields.CharField(max_length=160)
    """The business key: what happened, once for ever within its kind."""
    amount = fields.BigIntField()
    balance_after = fields.BigIntField()
    debt_after = fields.BigIntField()
    reverses: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.PointsEntry", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """The spending that this entry gives back: a spending is given back once."""
    rule = fields.CharField(max_length=64, null=True)
    """The code of the rule that paid."""
    store: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    by_member: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    """The family member who earned or spent here, when it was not the account's owner."""
    note = fields.CharField(max_length=200, null=True)
    """What the member reads beside the line."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "points_entry"
        indexes = (Index(fields=("member_id", "created_at", "id")),)
        constraints = (
            UniqueConstraint(fields=("kind", "key"), name="points_entry_once"),
            UniqueConstraint(
                fields=("reverses_id",), name="points_entry_given_back_once", condition="reverses_id IS NOT NULL"
            ),
            CheckConstraint(check="amount <> 0", name="points_entry_moves_something"),
            CheckConstraint(
                check="balance_after >= 0 AND debt_after >= 0 AND (balance_after = 0 OR debt_after = 0)",
                name="points_entry_after",
            ),
        )


class PointsLot(Model):
    """Points that were earned together and expire together."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    entry: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.PointsEntry", related_name=False, on_delete=fields.RESTRICT
    )
    """The entry that granted it."""
    granted = fields.BigIntField()
    remaining = fields.BigIntField()
    expires_on = fields.DateField(null=True)
    """The last business day on which it can be spent; null: it does not expire."""
    spendable_from = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "points_lot"
        indexes = (Index(fields=("member_id",)),)
        constraints = (
            CheckConstraint(check="granted > 0", name="points_lot_grants_something"),
            CheckConstraint(check="remaining BETWEEN 0 AND granted", name="points_lot_remaining_within_granted"),
        )


class PointsLotUse(Model):
    """How much an entry took from a lot (positive) or returned to it (negative). Append-only."""

    id = fields.BigIntField(primary_key=True)
    entry: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.PointsEntry", related_name=False, on_delete=fields.RESTRICT, db_index=True
    )
    lot: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.PointsLot", related_name=False, on_delete=fields.RESTRICT
    )
    amount = fields.BigIntField()

    class Meta:
        table = "points_lot_use"
        constraints = (CheckConstraint(check="amount <> 0", name="points_lot_use_moves_something"),)


class PointsLotMove(Model):
    """That a lot went along with the one who had earned it into another's account. Append-only.

    A merge, which makes two accounts one, leaves nothing here.
    """

    id = fields.BigIntField(primary_key=True)
    lot: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.PointsLot", related_name=False, on_delete=fields.RESTRICT
    )
    from_member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    to_member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    amount = fields.BigIntField()
    """What was left in it."""
    moved_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "points_lot_move"
        constraints = (
            CheckConstraint(check="amount > 0", name="points_lot_move_moves_something"),
            CheckConstraint(check="from_member_id <> to_member_id", name="points_lot_move_between_two"),
        )
