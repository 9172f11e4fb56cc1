"""Her rights: that somebody was deleted is never taken back, and what is due is found quickly."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0021_disclosures")]

    operations = [
        ops.RunSQL(
            """
            CREATE FUNCTION member_deletion_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF OLD.cancelled_at IS NOT NULL OR OLD.erased_at IS NOT NULL
                   OR OLD.begun_at IS NOT NULL AND NEW.begun_at IS DISTINCT FROM OLD.begun_at
                   OR (NEW.id, NEW.member_id, NEW.requested_at) <> (OLD.id, OLD.member_id, OLD.requested_at) THEN
                    RAISE EXCEPTION 'what became of a deletion does not change any more'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER member_deletion_stays BEFORE UPDATE ON member_deletion
                FOR EACH ROW EXECUTE FUNCTION member_deletion_stays();
            CREATE TRIGGER member_deletion_kept BEFORE DELETE OR TRUNCATE ON member_deletion
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE INDEX member_deletion_due ON member_deletion (due_at)
                WHERE cancelled_at IS NULL AND erased_at IS NULL;
            CREATE INDEX data_export_has_a_file ON data_export (expires_at) WHERE file IS NOT NULL;
            CREATE FUNCTION member_stays_erased() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'who was erased does not come back' USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER member_stays_erased BEFORE UPDATE ON member
                FOR EACH ROW WHEN (OLD.status = 'erased' AND NEW IS DISTINCT FROM OLD)
                EXECUTE FUNCTION member_stays_erased();
            """,
            reverse_sql="""
            DROP TRIGGER member_stays_erased ON member;
            DROP FUNCTION member_stays_erased();
            DROP INDEX data_export_has_a_file;
            DROP INDEX member_deletion_due;
            DROP TRIGGER member_deletion_kept ON member_deletion;
            DROP TRIGGER member_deletion_stays ON member_deletion;
            DROP FUNCTION member_deletion_stays();
            """,
        ),
    ]
