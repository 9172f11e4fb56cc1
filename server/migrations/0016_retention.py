"""Retention: the record of destructions is written once; a new house has nothing to destroy yet."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0015_keys")]

    operations = [
        ops.RunSQL(
            """
            CREATE TRIGGER destruction_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON destruction_record
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql="DROP TRIGGER destruction_record_append_only ON destruction_record;",
        ),
        # From now on the nightly job is waited for.
        ops.RunSQL(
            "INSERT INTO retention_run (started_at, finished_at) VALUES (now(), now());",
            reverse_sql="DELETE FROM retention_run;",
        ),
    ]
