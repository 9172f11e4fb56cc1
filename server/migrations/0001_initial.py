from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.db_defaults import Now
from uuid import uuid4
from tortoise import fields
from tortoise.indexes import Index


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("subject", fields.UUIDField()),
                ("key", fields.CharField(max_length=64)),
                ("fingerprint", fields.BinaryField()),
                ("answer", fields.BinaryField()),
                ("created_at", fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "idempotency_key",
                "app": "muying",
                "unique_together": (("subject", "key"),),
                "indexes": [Index(fields=["created_at"])],
                "pk_attr": "id",
                "table_description": "A request that was answered: its key, what it asked and the first answer.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                ("id", fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True)),
                ("audience", fields.CharField(max_length=16)),
                ("subject", fields.UUIDField()),
                ("claims", fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads)),
                ("generation", fields.IntField(default=0)),
                ("rotated_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("end_reason", fields.CharField(null=True, max_length=32)),
            ],
            options={
                "table": "session",
                "app": "muying",
                "indexes": [Index(fields=["subject", "audience"]), Index(fields=["expires_at"])],
                "pk_attr": "id",
                "table_description": "One sign-in on one device: the truth of which Redis holds a hot copy.",
            },
            bases=["Model"],
        ),
    ]
