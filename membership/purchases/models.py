"""Tables: what tills sent, as they sent it, and for every receipt what it has given so far."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class PurchaseReceipt(Model):
    """One receipt of one store: whose it is, what was frozen when its sale was first seen, what was posted for it.

    It exists as soon as anything of the receipt is known, so also for a return that comes before its sale. Its row is
    the lock under which the receipt is settled.
    """

    id = fields.UUIDField(primary_key=True)
    partner: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Partner", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )
    number = fields.CharField(max_length=64)
    member: fields.ForeignKeyNullableRelation[Model] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    phone_index = fields.BinaryField(null=True)
    """Whom the sale waits for: the blind index of a phone that nobody has verified yet."""
    events = fields.IntField()
    """How many sales and returns of this receipt are stored."""
    settled_events = fields.IntField(db_default=0)
    """How many of them what was posted accounts for."""
    occurred_on = fields.DateField(null=True)
    """The business day of the sale; null until the sale is known."""
    level = fields.CharField(max_length=16, null=True)
    rate_numerator = fields.SmallIntField(null=True)
    rate_denominator = fields.SmallIntField(null=True)
    """Points per yuan, frozen."""
    bonuses: list[dict[str, Any]] | None = fields.JSONField(null=True)
    """What the rules of `earning` promised (`earning.Bonus`), frozen; null: nothing."""
    spendable_on = fields.DateField(null=True)
    """The first business day on which its points can be spent, frozen; null: at once."""
    posted_points = fields.BigIntField(db_default=0)
    posted_bonuses: dict[str, int] | None = fields.JSONField(null=True)
    """How many of them are bonuses, by the rule's code; null: none."""
    posted_growth = fields.BigIntField(db_default=0)
    posted_amount_fen = fields.BigIntField(db_default=0)
    posted_purchases = fields.SmallIntField(db_default=0)
    postings = fields.IntField(db_default=0)
    """How often something was posted; numbers the keys of the ledgers."""
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "purchase_receipt"
        indexes = (Index(fields=("member_id",)), Index(fields=("occurred_on", "id")))
        constraints = (
            UniqueConstraint(fields=("partner_id", "store_id", "number"), name="purchase_receipt_once"),
            CheckConstraint(
                check="events >= 1 AND settled_events BETWEEN 0 AND events", name="purchase_receipt_counts_events"
            ),
            CheckConstraint(
                check="(occurred_on IS NULL) = (level IS NULL) AND (level IS NULL) = (rate_numerator IS NULL)"
                " AND (level IS NULL) = (rate_denominator IS NULL)"
                " AND (level IS NOT NULL OR (bonuses IS NULL AND spendable_on IS NULL))",
                name="purchase_receipt_frozen_whole",
            ),
            CheckConstraint(
                check="(occurred_on IS NULL AND member_id IS NULL AND phone_index IS NULL)"
                " OR (occurred_on IS NOT NULL AND (member_id IS NULL) <> (phone_index IS NULL))",
                name="purchase_receipt_somebodys_once_sold",
            ),
            CheckConstraint(
                check="member_id IS NOT NULL OR (settled_events = 0 AND postings = 0)",
                name="purchase_receipt_nothing_posted_to_nobody",
            ),
            CheckConstraint(
                check="posted_points >= 0 AND posted_growth >= 0 AND posted_amount_fen >= 0"
                " AND posted_purchases BETWEEN 0 AND 1",
                name="purchase_receipt_posted_not_negative",
            ),
        )


class PurchaseEvent(Model):
    """A sale or a return as its till sent it. Append-only: a trigger refuses everything else."""

    id = fields.UUIDField(primary_key=True)
    receipt: fields.ForeignKeyRelation[PurchaseReceipt] = fields.ForeignKeyField(
        "muying.PurchaseReceipt", related_name=False, on_delete=fields.RESTRICT
    )
    """The receipt of the sale; for a return that of the sale it belongs to."""
    ordinal = fields.IntField()
    """Which event of its receipt this is, counted from 1 in order of arrival."""
    partner: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Partner", related_name=False, on_delete=fields.RESTRICT
    )
    store: fields.ForeignKeyRelation[Model] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT
    )
    kind = fields.CharField(max_length=8)
    """`sale` or `return`."""
    number = fields.CharField(max_length=64)
    """The event's own receipt number: with partner, store and kind its identity."""
    terminal = fields.CharField(max_length=64)
    occurred_at = fields.DatetimeField()
    fingerprint = fields.BinaryField()
    """Keyed hash of the content, which may hold a phone: tells whether the same was sent again."""
    lines: list[dict[str, Any]] = fields.JSONField()
    amount_fen = fields.BigIntField()
    first_status = fields.CharField(max_length=16)
    """What the till was answered, and is answered again."""
    received_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "purchase_event"
        constraints = (
            UniqueConstraint(fields=("partner_id", "store_id", "kind", "number"), name="purchase_event_once"),
            UniqueConstraint(fields=("receipt_id", "ordinal"), name="purchase_event_in_order"),
            CheckConstraint(check="kind IN ('sale', 'return')", name="purchase_event_kind_known"),
            CheckConstraint(check="ordinal >= 1 AND amount_fen >= 0", name="purchase_event_counts"),
            CheckConstraint(
                check="first_status IN ('received', 'waiting', 'waiting_for_sale')", name="purchase_event_status_known"
            ),
        )
