"""What of before stands in clear with a time from which a birth date can be reckoned goes: reminders, whose plan shows
what they were about, and jobs that name a baby because it entered a stage, of which nobody heard yet."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0024_stones")]

    operations = [
        ops.RunSQL(
            """
            DELETE FROM notification WHERE kind = 'vaccination_reminder';
            DELETE FROM pgqueuer WHERE entrypoint = 'babies.stage_entered';
            """,
            # What is gone was no more than a hint; the next night sends what is due.
            reverse_sql="SELECT 1;",
        ),
    ]
