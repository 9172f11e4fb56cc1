"""Tables: payments, their refunds, what the provider told us, and what a person must look at."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class Payment(Model):
    """Money that a member is to pay for one thing of ours. Triggers keep what was agreed and the order of its states.

    `pending` → `paid`; or `pending` → `closing` → `closed`, and `late` when money came all the same, which goes back by
    itself. `disputed`: money came that does not fit (another amount, another payer); a person decides.
    """

    id = fields.UUIDField(primary_key=True)
    purpose = fields.CharField(max_length=32)
    """Whose it is, as registered: `mall_order`."""
    subject_id = fields.UUIDField()
    """What is paid for; only its owner knows which table that is."""
    member: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    amount_fen = fields.BigIntField()
    description = fields.CharField(max_length=127)
    provider = fields.CharField(max_length=16)
    out_trade_no = fields.CharField(max_length=32)
    """Our number of it at the provider."""
    status = fields.CharField(max_length=16)
    expires_at = fields.DatetimeField()
    created_at = fields.DatetimeField(db_default=Now())
    prepared_at = fields.DatetimeField(null=True)
    """When the provider may first have heard of it: written before it is told."""
    prepay_id = fields.CharField(max_length=64, null=True)
    prepay_until = fields.DatetimeField(null=True)
    payer_index = fields.BinaryField(null=True)
    """The blind index of who was to pay, as the provider names her."""
    next_ask_at = fields.DatetimeField(null=True)
    """When the provider is to be asked; null when nothing is open."""
    transaction_id = fields.CharField(max_length=64, null=True)
    """The provider's number of the money that came."""
    paid_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    refund_fen = fields.BigIntField(db_default=0)
    """What refunds have claimed of it, on their way or done. It is the lock that keeps them within what was paid."""
    refunded_fen = fields.BigIntField(db_default=0)
    """What has arrived back."""

    class Meta:
        table = "payment"
        indexes = (("member_id", "id"),)
        constraints = (
            UniqueConstraint(fields=("purpose", "subject_id"), name="payment_once_per_subject"),
            UniqueConstraint(fields=("out_trade_no",), name="payment_out_trade_no_once"),
            UniqueConstraint(fields=("provider", "transaction_id"), name="payment_transaction_once"),
            CheckConstraint(
                check="status IN ('pending', 'paid', 'closing', 'closed', 'late', 'disputed')", name="payment_status"
            ),
            CheckConstraint(check="amount_fen >= 1", name="payment_amount_positive"),
            CheckConstraint(check="out_trade_no ~ '^[0-9A-Za-z_|*-]{6,32}$'", name="payment_out_trade_no_shape"),
            CheckConstraint(
                check="(status IN ('paid', 'late', 'disputed')) = (transaction_id IS NOT NULL)"
                " AND (transaction_id IS NULL) = (paid_at IS NULL)",
                name="payment_money_has_a_number",
            ),
            CheckConstraint(
                check="(status IN ('pending', 'closing')) = (next_ask_at IS NOT NULL)", name="payment_open_is_asked"
            ),
            CheckConstraint(
                check="CASE status WHEN 'disputed' THEN true"
                " ELSE (status IN ('closing', 'closed', 'late')) = (closed_at IS NOT NULL) END",
                name="payment_closed_at_some_time",
            ),
            CheckConstraint(
                check="(prepay_id IS NULL) = (prepay_until IS NULL) AND (prepay_id IS NULL OR prepared_at IS NOT NULL)"
                " AND (prepared_at IS NULL) = (payer_index IS NULL)",
                name="payment_prepared_for_somebody",
            ),
            CheckConstraint(
                check="refunded_fen >= 0 AND refunded_fen <= refund_fen AND refund_fen <= amount_fen",
                name="payment_refunds_within_it",
            ),
            CheckConstraint(check="refund_fen = 0 OR status IN ('paid', 'late')", name="payment_refunds_of_money"),
        )


class PaymentRefund(Model):
    """Money that goes back. `closed`: it did not, and what it claimed is free again. `abnormal`: a person must help."""

    id = fields.UUIDField(primary_key=True)
    payment: fields.ForeignKeyRelation[Payment] = fields.ForeignKeyField(
        "muying.Payment", related_name=False, on_delete=fields.RESTRICT
    )
    key = fields.CharField(max_length=64)
    """The owner's: the same key again is the same refund."""
    amount_fen = fields.BigIntField()
    reason = fields.CharField(max_length=80)
    out_refund_no = fields.CharField(max_length=64)
    status = fields.CharField(max_length=16)
    refund_id = fields.CharField(max_length=64, null=True)
    """The provider's number, once it has taken the refund."""
    next_ask_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(db_default=Now())
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "payment_refund"
        constraints = (
            UniqueConstraint(fields=("payment_id", "key"), name="payment_refund_once_per_key"),
            UniqueConstraint(fields=("out_refund_no",), name="payment_refund_number_once"),
            CheckConstraint(
                check="status IN ('requested', 'processing', 'abnormal', 'succeeded', 'closed')",
                name="payment_refund_status",
            ),
            CheckConstraint(check="amount_fen >= 1", name="payment_refund_amount_positive"),
            CheckConstraint(
                check="(status IN ('succeeded', 'closed')) = (settled_at IS NOT NULL)"
                " AND (settled_at IS NULL) = (next_ask_at IS NOT NULL)",
                name="payment_refund_open_is_asked",
            ),
            CheckConstraint(
                check="status IN ('requested', 'closed') OR refund_id IS NOT NULL", name="payment_refund_has_a_number"
            ),
        )


class PaymentNotification(Model):
    """What the provider pushed to us, as it came: stored first, once, acted on after."""

    id = fields.UUIDField(primary_key=True)
    provider = fields.CharField(max_length=16)
    number = fields.CharField(max_length=64)
    """The provider's own number of it."""
    kind = fields.CharField(max_length=32)
    content_sealed = fields.BinaryField()
    received_at = fields.DatetimeField(db_default=Now())
    acted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "payment_notification"
        indexes = (("received_at",),)
        constraints = (UniqueConstraint(fields=("provider", "number"), name="payment_notification_once"),)


class PaymentIncident(Model):
    """Something about money that no program may decide. Append-only."""

    id = fields.UUIDField(primary_key=True)
    payment: fields.ForeignKeyRelation[Payment] = fields.ForeignKeyField(
        "muying.Payment", related_name=False, on_delete=fields.RESTRICT
    )
    kind = fields.CharField(max_length=32)
    reference = fields.CharField(max_length=64)
    """The provider's number of what happened: the same happening is written once."""
    details: dict[str, Any] = fields.JSONField()
    """Numbers and states, nothing personal."""
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "payment_incident"
        constraints = (
            UniqueConstraint(fields=("payment_id", "kind", "reference"), name="payment_incident_once"),
            CheckConstraint(check="kind ~ '^[a-z_]+$'", name="payment_incident_kind_shape"),
        )
