"""Guards and reference data by hand: ledger."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0006_constraints")]

    operations: list[ops.Operation] = [
        ops.RunSQL(
            """
            CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql="DROP TRIGGER audit_entry_append_only ON audit_entry;",
        ),
        ops.RunSQL(
            "CREATE INDEX notification_unread ON notification (member_id) WHERE read_at IS NULL;",
            reverse_sql="DROP INDEX notification_unread;",
        ),
    ]
