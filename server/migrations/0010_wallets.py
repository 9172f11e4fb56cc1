"""Guards and reference data by hand: wallets and paid levels."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0009_coupons")]

    operations: list[ops.Operation] = [
        # The ledger, and what tills said, is written once; what may still change is kept all the same.
        ops.RunSQL(
            """
            CREATE TRIGGER wallet_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_entry
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER wallet_top_up_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_top_up
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER wallet_reversal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_reversal
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER wallet_limit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON wallet_limit
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER wallet_payment_kept BEFORE DELETE OR TRUNCATE ON wallet_payment
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER wallet_refund_kept BEFORE DELETE OR TRUNCATE ON wallet_refund
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER paid_level_kept BEFORE DELETE OR TRUNCATE ON paid_level
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE INDEX wallet_refund_waiting ON wallet_refund (id) WHERE status = 'waiting';
            """,
            reverse_sql="""
            DROP INDEX wallet_refund_waiting;
            DROP TRIGGER paid_level_kept ON paid_level;
            DROP TRIGGER wallet_refund_kept ON wallet_refund;
            DROP TRIGGER wallet_payment_kept ON wallet_payment;
            DROP TRIGGER wallet_limit_append_only ON wallet_limit;
            DROP TRIGGER wallet_reversal_append_only ON wallet_reversal;
            DROP TRIGGER wallet_top_up_append_only ON wallet_top_up;
            DROP TRIGGER wallet_entry_append_only ON wallet_entry;
            """,
        ),
        # 单用途商业预付卡管理办法: a named card holds at most 5,000 yuan.
        ops.RunSQL(
            "INSERT INTO wallet_limit (valid_from, most_fen) VALUES ('2025-01-01', 500000);",
            reverse_sql="""
            ALTER TABLE wallet_limit DISABLE TRIGGER wallet_limit_append_only;
            DELETE FROM wallet_limit;
            ALTER TABLE wallet_limit ENABLE TRIGGER wallet_limit_append_only;
            """,
        ),
    ]
