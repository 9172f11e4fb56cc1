"""Guards by hand: the chain of the audit, and who looked."""

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
        # Decided once, ended once. Its member may change when two become one, its sentence is sealed anew and emptied.
        ops.RunSQL(
            """
            CREATE FUNCTION disclosure_only_decided_and_ended() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF to_jsonb(NEW) - '{member_id,reason_sealed,granted,decided_by_id,decided_at,open_until,ended_by_id,
                                     ended_at}'::text[]
                   <> to_jsonb(OLD) - '{member_id,reason_sealed,granted,decided_by_id,decided_at,open_until,ended_by_id,
                                        ended_at}'::text[]
                   OR OLD.granted IS NOT NULL AND (NEW.granted, NEW.decided_by_id, NEW.decided_at, NEW.open_until)
                      IS DISTINCT FROM (OLD.granted, OLD.decided_by_id, OLD.decided_at, OLD.open_until)
                   OR OLD.ended_at IS NOT NULL
                      AND (NEW.ended_at, NEW.ended_by_id) IS DISTINCT FROM (OLD.ended_at, OLD.ended_by_id) THEN
                    RAISE EXCEPTION 'disclosure is append-only: it is decided once and ended once'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER disclosure_only_decided_and_ended BEFORE UPDATE ON disclosure
                FOR EACH ROW EXECUTE FUNCTION disclosure_only_decided_and_ended();
            CREATE TRIGGER disclosure_kept BEFORE DELETE OR TRUNCATE ON disclosure
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER disclosure_look_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosure_look
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE INDEX disclosure_waiting ON disclosure (id) WHERE granted IS NULL;
            CREATE INDEX disclosure_with_reason ON disclosure (asked_at) WHERE reason_sealed IS NOT NULL;
            """,
            reverse_sql="""
            DROP INDEX disclosure_with_reason;
            DROP INDEX disclosure_waiting;
            DROP TRIGGER disclosure_look_append_only ON disclosure_look;
            DROP TRIGGER disclosure_kept ON disclosure;
            DROP TRIGGER disclosure_only_decided_and_ended ON disclosure;
            DROP FUNCTION disclosure_only_decided_and_ended();
            """,
        ),
    ]
