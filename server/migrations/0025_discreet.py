"""Reminders of before stand in clear with the times at which they came, from which a birth date can be reckoned: they
go. The plan shows what they were about."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0024_stones")]

    operations = [
        ops.RunSQL(
            "DELETE FROM notification WHERE kind = 'vaccination_reminder';",
            # What is gone was no more than a hint; the next night sends what is due.
            reverse_sql="SELECT 1;",
        ),
    ]
