"""Tables of the time limits: what was destroyed, provable and not repeated, and when the nightly job ran."""

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model


class DestructionRecord(Model):
    """That something was destroyed, by which rule and when. Append-only: a trigger refuses everything else."""

    id = fields.BigIntField(primary_key=True)
    what = fields.CharField(max_length=64)
    """`baby`, the table whose rows they were, or the column that was emptied in them."""
    rule = fields.CharField(max_length=200)
    rows = fields.IntField()
    ids_digest = fields.BinaryField()
    """A keyed digest over the ids: who knows them can prove with it that they are meant, and nobody can read them."""
    destroyed_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "destruction_record"
        indexes = (("ids_digest",), ("destroyed_at",))
        constraints = (
            CheckConstraint(check="rows > 0", name="destruction_record_of_something"),
            CheckConstraint(check="octet_length(ids_digest) = 32", name="destruction_record_digest"),
        )


class RetentionRun(Model):
    """One run of the nightly job. One that did not finish counts for nothing."""

    id = fields.BigIntField(primary_key=True)
    started_at = fields.DatetimeField(db_default=Now())
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "retention_run"
        indexes = (("finished_at",),)
        constraints = (CheckConstraint(check="finished_at >= started_at", name="retention_run_ends_after"),)


class RetentionRuleRun(Model):
    """When each of the job's works was last done to the end, and with how much."""

    work = fields.CharField(max_length=128, primary_key=True)
    """The rule's table, its column (`redemption.address_sealed`), or the name of a work of its own."""
    finished_at = fields.DatetimeField()
    rows = fields.BigIntField()

    class Meta:
        table = "retention_rule_run"
        constraints = (CheckConstraint(check="rows >= 0", name="retention_rule_run_counts"),)
