from uuid import uuid4

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import OnDelete
from tortoise.fields.db_defaults import SqlDefault
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("muying", "0016_retention"), ("muying", "0022_privacy")]

    initial = False

    operations = [
        ops.CreateModel(
            name="DiscreetInbox",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "member",
                    fields.OneToOneField(
                        "muying.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("data_key", fields.BinaryField()),
                ("content_sealed", fields.BinaryField()),
            ],
            options={
                "table": "discreet_inbox",
                "app": "muying",
                "constraints": [
                    CheckConstraint(check="octet_length(content_sealed) = 3871", name="discreet_inbox_of_one_length")
                ],
                "pk_attr": "id",
                "table_description": "All messages to a member of which nobody may see when they came or how many they are, sealed as one.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RetentionRuleRun",
            fields=[
                ("work", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=128)),
                ("finished_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("rows", fields.BigIntField()),
            ],
            options={
                "table": "retention_rule_run",
                "app": "muying",
                "constraints": [CheckConstraint(check="rows >= 0", name="retention_rule_run_counts")],
                "pk_attr": "work",
                "table_description": "When each of the job's works was last done to the end, and with how much.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Stone",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("about", fields.BinaryField(null=True)),
                ("laid_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("content", fields.BinaryField(null=True)),
            ],
            options={
                "table": "stone",
                "app": "muying",
                "constraints": [CheckConstraint(check="length(about) = 32", name="stone_about_whole")],
                "indexes": [Index(fields=["laid_at"]), Index(fields=["about", "laid_at"])],
                "pk_attr": "id",
                "table_description": "That something was taken away; what it was stands outside of the database (`foundation.stones`).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StoneReading",
            fields=[
                ("id", fields.SmallIntField(generated=False, primary_key=True, unique=True, db_index=True)),
                ("read_until", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "stone_reading",
                "app": "muying",
                "constraints": [CheckConstraint(check="id = 1", name="stone_reading_one_row")],
                "pk_attr": "id",
                "table_description": "Until when this database knows everything that lies outside; one row.",
            },
            bases=["Model"],
        ),
        ops.AlterModelOptions(
            name="AuditEntry",
            options={
                "table": "audit_entry",
                "app": "muying",
                "constraints": [
                    CheckConstraint(check="action ~ '^[a-z_]+\\.[a-z_]+$'", name="audit_entry_action_shape"),
                    CheckConstraint(check="length(mac) = 32", name="audit_entry_mac_whole"),
                ],
                "indexes": [Index(fields=["subject", "subject_id", "id"]), Index(fields=["created_at", "id"])],
                "pk_attr": "id",
                "table_description": "A change that a member of staff made. Append-only but for the seal of its reason: a trigger refuses the rest.",
            },
        ),
        ops.AddField(
            model_name="AuditEntry",
            name="reason_sealed",
            field=fields.BinaryField(null=True),
        ),
        ops.AlterModelOptions(
            name="BabyShare",
            options={
                "table": "baby_share",
                "app": "muying",
                "unique_together": (("baby_id", "person_id"),),
                "constraints": [
                    CheckConstraint(check="role IN ('guardian', 'relative')", name="baby_share_role_known")
                ],
                "indexes": [Index(fields=["person_id"])],
                "pk_attr": "id",
                "table_description": "That a mother lets a person of her family see a baby. It lasts as long as both their places in it do.",
            },
        ),
        ops.AddField(
            model_name="BabyShare",
            name="giver",
            field=fields.ForeignKeyField(
                "muying.FamilyPerson",
                source_field="giver_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name=False,
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="Disclosure",
            name="asked_unrelated",
            field=fields.BooleanField(null=True),
        ),
        ops.AddField(
            model_name="Disclosure",
            name="decided_unrelated",
            field=fields.BooleanField(null=True),
        ),
        ops.AddField(
            model_name="Disclosure",
            name="granted_parts",
            field=ArrayField(db_default=SqlDefault("'{}'"), element_type="TEXT"),
        ),
        ops.AddField(
            model_name="Disclosure",
            name="parts",
            field=ArrayField(db_default=SqlDefault("'{}'"), element_type="TEXT"),
        ),
        ops.AddConstraint(
            model_name="Disclosure",
            constraint=CheckConstraint(
                check="parts <@ ARRAY['details', 'growth', 'vaccinations']", name="disclosure_parts_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Disclosure",
            constraint=CheckConstraint(check="baby_id IS NOT NULL OR parts = '{}'", name="disclosure_parts_of_a_child"),
        ),
        ops.AddConstraint(
            model_name="Disclosure",
            constraint=CheckConstraint(
                check="granted_parts <@ parts AND (granted IS TRUE OR granted_parts = '{}')",
                name="disclosure_parts_granted",
            ),
        ),
        ops.AddField(
            model_name="DisclosureLook",
            name="part",
            field=fields.CharField(null=True, max_length=16),
        ),
        ops.AddConstraint(
            model_name="DisclosureLook",
            constraint=CheckConstraint(
                check="part IN ('details', 'growth', 'vaccinations')", name="disclosure_look_part_known"
            ),
        ),
        ops.RemoveConstraint(
            model_name="Member",
            name="member_ban_has_reason",
            fields=None,
        ),
        ops.AddField(
            model_name="Member",
            name="ban_reason_sealed",
            field=fields.BinaryField(null=True),
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(
                check="(status = 'banned') = (ban_reason IS NOT NULL OR ban_reason_sealed IS NOT NULL)",
                name="member_ban_has_reason",
            ),
        ),
        ops.RemoveConstraint(
            model_name="PointsAdjustment",
            name="points_adjustment_rejection_has_reason",
            fields=None,
        ),
        ops.AlterField(
            model_name="PointsAdjustment",
            name="reason",
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name="PointsAdjustment",
            name="reason_sealed",
            field=fields.BinaryField(null=True),
        ),
        ops.AddField(
            model_name="PointsAdjustment",
            name="rejected_because_sealed",
            field=fields.BinaryField(null=True),
        ),
        ops.AddConstraint(
            model_name="PointsAdjustment",
            constraint=CheckConstraint(
                check="num_nonnulls(reason, reason_sealed) = 1", name="points_adjustment_has_a_reason"
            ),
        ),
        ops.AddConstraint(
            model_name="PointsAdjustment",
            constraint=CheckConstraint(
                check="(status = 'rejected') = (rejected_because IS NOT NULL OR rejected_because_sealed IS NOT NULL)",
                name="points_adjustment_rejection_has_reason",
            ),
        ),
        ops.RemoveConstraint(
            model_name="Redemption",
            name="redemption_shipped_by_someone",
            fields=None,
        ),
        ops.RemoveConstraint(
            model_name="Redemption",
            name="redemption_return_has_a_reason",
            fields=None,
        ),
        ops.AddField(
            model_name="Redemption",
            name="return_reason_sealed",
            field=fields.BinaryField(null=True),
        ),
        ops.AddField(
            model_name="Redemption",
            name="return_refused_sealed",
            field=fields.BinaryField(null=True),
        ),
        ops.AddField(
            model_name="Redemption",
            name="tracking_number_sealed",
            field=fields.BinaryField(null=True),
        ),
        ops.AddConstraint(
            model_name="Redemption",
            constraint=CheckConstraint(
                check="(shipped_at IS NOT NULL) = (fulfilment = 'delivery' AND status IN ('shipped', 'delivered', 'return_requested', 'returned')) AND (shipped_at IS NULL) = (shipped_by_id IS NULL) AND (shipped_at IS NULL) = (carrier IS NULL) AND (shipped_at IS NULL) = (tracking_number IS NULL AND tracking_number_sealed IS NULL)",
                name="redemption_shipped_by_someone",
            ),
        ),
        ops.AddConstraint(
            model_name="Redemption",
            constraint=CheckConstraint(
                check="(status IN ('return_requested', 'returned')) = (return_requested_at IS NOT NULL) AND (return_requested_at IS NULL) = (return_reason IS NULL AND return_reason_sealed IS NULL)",
                name="redemption_return_has_a_reason",
            ),
        ),
        ops.AddConstraint(
            model_name="Redemption",
            constraint=CheckConstraint(
                check="return_refused_sealed IS NULL OR (fulfilment = 'delivery' AND status = 'delivered')",
                name="redemption_refused_is_delivered",
            ),
        ),
        ops.AlterField(
            model_name="WalletRefund",
            name="reason",
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name="WalletRefund",
            name="reason_sealed",
            field=fields.BinaryField(null=True),
        ),
        ops.AddConstraint(
            model_name="WalletRefund",
            constraint=CheckConstraint(
                check="num_nonnulls(reason, reason_sealed) = 1", name="wallet_refund_has_a_reason"
            ),
        ),
        ops.DeleteModel(name="VaccinationReminder"),
    ]
