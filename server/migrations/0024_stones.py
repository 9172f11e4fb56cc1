"""Stones: those that still wait for their file are found at once."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0023_care")]

    operations: list[ops.Operation] = [
        ops.RunSQL(
            "CREATE INDEX stone_to_copy ON stone (laid_at) WHERE content IS NOT NULL;",
            reverse_sql="DROP INDEX stone_to_copy;",
        ),
    ]
