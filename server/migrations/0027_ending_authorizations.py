"""Who is told that her authorization runs out is found by its end, and not among all that were ever given."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0026_sealed_words")]

    operations = [
        ops.RunSQL(
            """
            CREATE INDEX given_authorization_ending ON given_authorization (valid_until, id) WHERE ended_at IS NULL;
            """,
            reverse_sql="""
            DROP INDEX given_authorization_ending;
            """,
        ),
    ]
