"""Tables of stored value: what tills and staff did to wallets."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class WalletTopUp(Model):
    """Money that a till took in, under the till's own number."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    partner: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Partner", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )
    number = fields.CharField(max_length=64)
    terminal = fields.CharField(max_length=64)
    occurred_at = fields.DatetimeField()
    fingerprint = fields.BinaryField()
    principal_fen = fields.BigIntField()
    gift_fen = fields.BigIntField()
    gift_rule: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.WalletGiftRule", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    received_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "wallet_top_up"
        indexes = (Index(fields=("member_id",)),)
        constraints = (
            UniqueConstraint(fields=("partner_id", "store_id", "number"), name="wallet_top_up_once"),
            CheckConstraint(check="principal_fen > 0 AND gift_fen >= 0", name="wallet_top_up_amounts"),
            CheckConstraint(check="(gift_fen > 0) = (gift_rule_id IS NOT NULL)", name="wallet_top_up_gift_by_rule"),
        )


class WalletPayment(Model):
    """What was paid at a till out of a wallet, and how much of it has come back. Its row is the lock of a reversal."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    partner: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Partner", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )
    number = fields.CharField(max_length=64)
    terminal = fields.CharField(max_length=64)
    occurred_at = fields.DatetimeField()
    fingerprint = fields.BinaryField()
    principal_fen = fields.BigIntField()
    gift_fen = fields.BigIntField()
    returned_principal_fen = fields.BigIntField(db_default=0)
    returned_gift_fen = fields.BigIntField(db_default=0)
    received_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "wallet_payment"
        indexes = (Index(fields=("member_id",)),)
        constraints = (
            UniqueConstraint(fields=("partner_id", "store_id", "number"), name="wallet_payment_once"),
            CheckConstraint(
                check="principal_fen >= 0 AND gift_fen >= 0 AND principal_fen + gift_fen > 0",
                name="wallet_payment_amounts",
            ),
            CheckConstraint(
                check="returned_principal_fen BETWEEN 0 AND principal_fen AND returned_gift_fen BETWEEN 0 AND gift_fen",
                name="wallet_payment_returns_no_more_than_was_paid",
            ),
        )


class WalletReversal(Model):
    """That a till gave a payment back, wholly or in part. Append-only: a trigger refuses everything else."""

    id = fields.UUIDField(primary_key=True)
    payment: fields.ForeignKeyRelation[WalletPayment] = fields.ForeignKeyField(
        "muying.WalletPayment", related_name=False, on_delete=fields.RESTRICT, db_index=True
    )
    partner: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Partner", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )
    number = fields.CharField(max_length=64)
    terminal = fields.CharField(max_length=64)
    occurred_at = fields.DatetimeField()
    fingerprint = fields.BinaryField()
    principal_fen = fields.BigIntField()
    gift_fen = fields.BigIntField()
    received_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "wallet_reversal"
        constraints = (
            UniqueConstraint(fields=("partner_id", "store_id", "number"), name="wallet_reversal_once"),
            CheckConstraint(
                check="principal_fen >= 0 AND gift_fen >= 0 AND principal_fen + gift_fen > 0",
                name="wallet_reversal_amounts",
            ),
        )


class WalletRefund(Model):
    """A member's wish to have her principal back. `waiting` needs a second person; `paid` has left the wallet."""

    id = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    principal_fen = fields.BigIntField()
    """What she gets, all of her principal when it was asked for."""
    gift_fen = fields.BigIntField()
    """What lapses with it."""
    reason = fields.CharField(max_length=200, null=True)
    """In clear, of refunds of before 0026; emptied by `privacy.seal_old_texts`. To be dropped in the release after."""
    reason_sealed = fields.BinaryField(null=True)
    status = fields.CharField(max_length=8)
    requested_by: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    created_at = fields.DatetimeField(db_default=Now())
    decided_by: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "wallet_refund"
        indexes = (Index(fields=("member_id",)),)
        constraints = (
            CheckConstraint(check="principal_fen > 0 AND gift_fen >= 0", name="wallet_refund_amounts"),
            CheckConstraint(check="num_nonnulls(reason, reason_sealed) = 1", name="wallet_refund_has_a_reason"),
            CheckConstraint(check="status IN ('waiting', 'paid', 'rejected')", name="wallet_refund_status_known"),
            CheckConstraint(check="decided_by_id <> requested_by_id", name="wallet_refund_two_people"),
            CheckConstraint(
                check="(status = 'waiting') = (decided_by_id IS NULL)"
                " AND (decided_by_id IS NULL) = (decided_at IS NULL)",
                name="wallet_refund_decided_whole",
            ),
        )
