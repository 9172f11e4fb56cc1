"""Guards and reference data by hand: finance."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0011_families")]

    operations: list[ops.Operation] = [
        # The books are written once.
        ops.RunSQL(
            """
            CREATE TRIGGER finance_close_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON finance_close
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER finance_month_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON finance_month
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER finance_expiry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON finance_expiry
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER finance_terms_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON finance_terms
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE UNIQUE INDEX finance_month_once ON finance_month (month, kind, rule, coalesce(store_id::text, ''));
            CREATE UNIQUE INDEX finance_expiry_once
                ON finance_expiry (month, coalesce(expires_on, 'infinity'::date), pending);
            """,
            reverse_sql="""
            DROP INDEX finance_expiry_once;
            DROP INDEX finance_month_once;
            DROP TRIGGER finance_terms_append_only ON finance_terms;
            DROP TRIGGER finance_expiry_append_only ON finance_expiry;
            DROP TRIGGER finance_month_append_only ON finance_month;
            DROP TRIGGER finance_close_append_only ON finance_close;
            """,
        ),
        # The ledger grows by time: a few pages of BRIN find a month of it. What is owed and handed over is few.
        ops.RunSQL(
            """
            CREATE INDEX points_entry_by_time ON points_entry USING brin (created_at) WITH (pages_per_range = 32);
            CREATE INDEX points_account_in_debt ON points_account (debt) WHERE debt > 0;
            CREATE INDEX redemption_handed_over ON redemption (handed_over_at) WHERE handed_over_at IS NOT NULL;
            """,
            reverse_sql="""
            DROP INDEX redemption_handed_over;
            DROP INDEX points_account_in_debt;
            DROP INDEX points_entry_by_time;
            """,
        ),
    ]
