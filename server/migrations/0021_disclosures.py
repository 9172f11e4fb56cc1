"""Guards by hand: the chain of the audit."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0017_babies")]

    operations: list[ops.Operation] = [
        ops.RunSQL(
            """
            CREATE TRIGGER audit_link_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_link
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql="DROP TRIGGER audit_link_append_only ON audit_link;",
        ),
    ]
