import functools
from json import dumps, loads
from uuid import uuid4

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0004_reference")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("actor_id", fields.UUIDField()),
                ("action", fields.CharField(max_length=64)),
                ("subject", fields.CharField(max_length=32)),
                ("subject_id", fields.CharField(max_length=64)),
                (
                    "before",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                (
                    "after",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("reason", fields.CharField(null=True, max_length=200)),
                ("created_at", fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "audit_entry",
                "app": "muying",
                "indexes": [Index(fields=["subject", "subject_id", "id"])],
                "pk_attr": "id",
                "table_description": "A change that a member of staff made. Append-only: a trigger refuses everything else.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Notification",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                (
                    "member",
                    fields.ForeignKeyField(
                        "muying.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=32)),
                ("key", fields.CharField(max_length=160)),
                ("title", fields.CharField(max_length=40)),
                ("body", fields.CharField(max_length=400)),
                ("link", fields.CharField(null=True, max_length=200)),
                ("created_at", fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
                ("read_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notification",
                "app": "muying",
                "indexes": [Index(fields=["member_id", "id"]), Index(fields=["created_at"])],
                "pk_attr": "id",
                "table_description": "One message to one member.",
            },
            bases=["Model"],
        ),
    ]
