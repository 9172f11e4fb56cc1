"""Tables: what a month moved, written once when it is over; and what a point costs from when on."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

FIRST_OF_MONTH = "extract(day FROM {}) = 1"


class FinanceClose(Model):
    """A month whose books are closed. Append-only, as all of finance."""

    month = fields.DateField(primary_key=True)
    """Its first day."""
    net = fields.BigIntField()
    """All points that were ever posted up to its end, less all that were taken: what is outstanding less debts."""
    closed_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "finance_close"
        constraints = (CheckConstraint(check=FIRST_OF_MONTH.format("month"), name="finance_close_of_a_month"),)


class FinanceMonth(Model):
    """What one kind of movement of one rule did in one store in a closed month."""

    id = fields.BigIntField(primary_key=True)
    month = fields.DateField()
    """One that is closed."""
    kind = fields.CharField(max_length=24)
    """A `points.Kind`."""
    store: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.Store", related_name=False, on_delete=fields.RESTRICT, null=True
    )
    rule = fields.CharField(max_length=64)
    """The rule that paid, or else the kind. Of what expired: store and rule are those that had issued it."""
    entries = fields.BigIntField()
    points = fields.BigIntField()
    """Signed, as in the ledger."""

    class Meta:
        table = "finance_month"
        indexes = (Index(fields=("month",)),)
        constraints = (CheckConstraint(check="entries > 0", name="finance_month_has_entries"),)


class FinanceExpiry(Model):
    """What was outstanding when a closed month ended, by the day on which it expires."""

    id = fields.BigIntField(primary_key=True)
    month = fields.DateField()
    """One that is closed."""
    expires_on = fields.DateField(null=True)
    pending = fields.BooleanField()
    """Not yet spendable then."""
    points = fields.BigIntField()

    class Meta:
        table = "finance_expiry"
        indexes = (Index(fields=("month",)),)
        constraints = (CheckConstraint(check="points > 0", name="finance_expiry_of_something"),)


class FinanceTerms(Model):
    """What a point is worth between brand and stores, from a month on; of several for a month the newest counts."""

    id = fields.BigIntField(primary_key=True)
    valid_from = fields.DateField()
    """The first day of a month that was not closed then."""
    point_price_milli_fen = fields.IntField()
    """What the brand pays a store for a point with which its own stock was paid, in thousandths of a fen."""
    store_issue_percent = fields.SmallIntField()
    """How much of that price a store pays for a point that was issued there."""
    made_by: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.StaffUser", related_name=False, on_delete=fields.RESTRICT
    )
    made_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "finance_terms"
        indexes = (Index(fields=("valid_from", "id")),)
        constraints = (
            CheckConstraint(check=FIRST_OF_MONTH.format("valid_from"), name="finance_terms_from_a_month"),
            CheckConstraint(
                check="point_price_milli_fen BETWEEN 0 AND 100000000", name="finance_terms_price_not_negative"
            ),
            CheckConstraint(check="store_issue_percent BETWEEN 0 AND 100", name="finance_terms_percent"),
        )
