"""Guards and reference data by hand: families."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0010_wallets")]

    operations: list[ops.Operation] = [
        ops.RunSQL(
            """
            CREATE TRIGGER points_lot_move_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON points_lot_move
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER family_kept BEFORE DELETE OR TRUNCATE ON family
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER family_person_kept BEFORE DELETE OR TRUNCATE ON family_person
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql="""
            DROP TRIGGER family_person_kept ON family_person;
            DROP TRIGGER family_kept ON family;
            DROP TRIGGER points_lot_move_append_only ON points_lot_move;
            """,
        ),
        # What relatives did in an account, and who somebody was before she was merged: few among very many rows.
        ops.RunSQL(
            """
            CREATE INDEX points_entry_of_relatives ON points_entry (member_id, id) WHERE by_member_id IS NOT NULL;
            CREATE INDEX points_entry_by_relative ON points_entry (by_member_id, created_at)
                WHERE by_member_id IS NOT NULL;
            CREATE INDEX member_merged_into ON member (merged_into_id) WHERE merged_into_id IS NOT NULL;
            """,
            reverse_sql="""
            DROP INDEX member_merged_into;
            DROP INDEX points_entry_by_relative;
            DROP INDEX points_entry_of_relatives;
            """,
        ),
    ]
