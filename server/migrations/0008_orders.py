"""Guards and reference data by hand: orders."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0007_payments")]

    operations: list[ops.Operation] = [
        # What is to be done is a small part of all orders, and each list and each appointment looks for one part.
        ops.RunSQL(
            """
            CREATE INDEX redemption_to_hand_over ON redemption (store_id, id) WHERE status = 'reserved';
            CREATE INDEX redemption_uncollected ON redemption (created_at) WHERE status = 'reserved';
            CREATE INDEX redemption_unpaid ON redemption (pay_by) WHERE status = 'awaiting_payment';
            CREATE INDEX redemption_open ON redemption (status, id) WHERE status IN ('to_ship', 'return_requested');
            CREATE INDEX redemption_shipped ON redemption (shipped_at) WHERE status = 'shipped';
            CREATE INDEX redemption_with_address ON redemption (created_at) WHERE address_sealed IS NOT NULL;
            CREATE INDEX redemption_by_account ON redemption (account_id) WHERE account_id IS NOT NULL;
            CREATE INDEX virtual_good_free ON virtual_good (product_id, id) WHERE order_id IS NULL;
            """,
            reverse_sql="""
            DROP INDEX virtual_good_free;
            DROP INDEX redemption_by_account;
            DROP INDEX redemption_with_address;
            DROP INDEX redemption_shipped;
            DROP INDEX redemption_open;
            DROP INDEX redemption_unpaid;
            DROP INDEX redemption_uncollected;
            DROP INDEX redemption_to_hand_over;
            """,
        ),
    ]
