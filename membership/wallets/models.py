"""Tables of stored value: what every member has, its ledger, and the rules. What tills and staff did: `till_models`."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class WalletLimit(Model):
    """How much one wallet may hold, principal and gift together, from a business day on."""

    valid_from = fields.DateField(primary_key=True)
    most_fen = fields.BigIntField()
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "wallet_limit"
        constraints = (CheckConstraint(check="most_fen > 0", name="wallet_limit_positive"),)


class WalletGiftRule(Model):
    """Top up at least so much and get so much on top. Of several the one with the highest threshold counts."""

    code = fields.CharField(max_length=32, primary_key=True)
    name = fields.CharField(max_length=40)
    at_least_fen = fields.BigIntField()
    gift_fen = fields.BigIntField()
    valid_from = fields.DateField()
    valid_until = fields.DateField(null=True)
    """The last business day; null: until it is switched off."""
    active = fields.BooleanField(db_default=True)
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "wallet_gift_rule"
        constraints = (
            CheckConstraint(check="at_least_fen > 0 AND gift_fen > 0", name="wallet_gift_rule_amounts"),
            CheckConstraint(
                check="valid_until IS NULL OR valid_until >= valid_from", name="wallet_gift_rule_ends_after_it_begins"
            ),
        )


class Wallet(Model):
    """What a member has stored, in one row: every verb locks it first. Nothing in it expires."""

    member: fields.OneToOneRelation[Any] = fields.OneToOneField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT, primary_key=True
    )
    principal_fen = fields.BigIntField(db_default=0)
    """What she paid in; hers to have back."""
    gift_fen = fields.BigIntField(db_default=0)
    """What was given on top; spent along with the principal, and lost when that is refunded."""
    limit_fen = fields.BigIntField()
    """The limit of the day on which money last came in (`wallet_limit`); of two wallets made one, what they held."""

    class Meta:
        table = "wallet"
        constraints = (
            CheckConstraint(check="principal_fen >= 0 AND gift_fen >= 0", name="wallet_not_negative"),
            CheckConstraint(check="principal_fen + gift_fen <= limit_fen", name="wallet_within_its_limit"),
        )


class WalletEntry(Model):
    """One line of the ledger, principal and gift apart. Append-only: a trigger refuses everything else."""

    id = fields.BigIntField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    kind = fields.CharField(max_length=16)
    """A `kinds.Kind`."""
    key = fields.CharField(max_length=64)
    """The business key: what happened, once for ever within its kind."""
    principal_fen = fields.BigIntField()
    gift_fen = fields.BigIntField()
    principal_after_fen = fields.BigIntField()
    gift_after_fen = fields.BigIntField()
    store: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "wallet_entry"
        indexes = (Index(fields=("member_id", "id")),)
        constraints = (
            UniqueConstraint(fields=("kind", "key"), name="wallet_entry_once"),
            CheckConstraint(
                check="kind IN ('top_up', 'payment', 'payment_reversed', 'refund', 'merge_out', 'merge_in')",
                name="wallet_entry_kind_known",
            ),
            CheckConstraint(check="principal_fen <> 0 OR gift_fen <> 0", name="wallet_entry_moves_something"),
            CheckConstraint(
                check="CASE WHEN kind IN ('top_up', 'payment_reversed', 'merge_in')"
                " THEN principal_fen >= 0 AND gift_fen >= 0 ELSE principal_fen <= 0 AND gift_fen <= 0 END",
                name="wallet_entry_goes_one_way",
            ),
            CheckConstraint(check="principal_after_fen >= 0 AND gift_after_fen >= 0", name="wallet_entry_after"),
        )
