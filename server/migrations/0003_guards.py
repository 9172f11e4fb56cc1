"""Guards the ORM can't say: PgQueuer's tables, append-only ledgers, partial and exclusion indexes."""

from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0002_constraints")]

    operations = [
        # The trigger's NOTIFY takes a lock over the whole database at every commit; the workers poll instead.
        ops.RunSQL(
            QueryBuilderEnvironment().build_install_query() + "DROP TRIGGER tg_pgqueuer_changed ON pgqueuer;",
            reverse_sql=QueryBuilderEnvironment().build_uninstall_query(),
        ),
    ]
