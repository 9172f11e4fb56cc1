"""Guards and reference data by hand: catalogue."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0005_earning")]

    operations: list[ops.Operation] = [
        ops.RunSQL(
            """
            CREATE TRIGGER stock_movement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movement
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE INDEX product_search_grams ON product_search USING gin (grams);
            CREATE INDEX product_ending ON product (on_sale_until) WHERE on_sale AND on_sale_until IS NOT NULL;
            CREATE INDEX wish_open ON wish (product_id, id) WHERE told_at IS NULL;
            CREATE INDEX wish_newest ON wish (member_id, id);
            """,
            reverse_sql="""
            DROP INDEX wish_newest;
            DROP INDEX wish_open;
            DROP INDEX product_ending;
            DROP INDEX product_search_grams;
            DROP TRIGGER stock_movement_append_only ON stock_movement;
            """,
        ),
        # Stage-1 formula is what the law forbids to promote today; an average can costs about 300 yuan.
        ops.RunSQL(
            """
            INSERT INTO catalogue_settings (id, refused_stages, points_per_can) VALUES (1, '{1}', 300);
            """,
            reverse_sql="DELETE FROM catalogue_settings;",
        ),
    ]
