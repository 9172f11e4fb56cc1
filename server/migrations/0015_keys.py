"""Keys: a wrapping key is never deleted, only wrapped anew; one rotation at a time."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0012_finance")]

    operations = [
        # Without a wrapping key everything below it is lost.
        ops.RunSQL(
            """
            CREATE FUNCTION wrapping_key_only_rewrapped() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at THEN
                    RAISE EXCEPTION 'a wrapping key can only be wrapped by another master'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER wrapping_key_only_rewrapped BEFORE UPDATE ON wrapping_key
                FOR EACH ROW EXECUTE FUNCTION wrapping_key_only_rewrapped();
            CREATE TRIGGER wrapping_key_kept BEFORE DELETE OR TRUNCATE ON wrapping_key
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE UNIQUE INDEX key_rotation_one_at_a_time ON key_rotation ((true)) WHERE finished_at IS NULL;
            """,
            reverse_sql="""
            DROP INDEX key_rotation_one_at_a_time;
            DROP TRIGGER wrapping_key_kept ON wrapping_key;
            DROP TRIGGER wrapping_key_only_rewrapped ON wrapping_key;
            DROP FUNCTION wrapping_key_only_rewrapped();
            """,
        ),
    ]
