"""Guards and reference data by hand: ledger."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0003_reference")]

    operations: list[ops.Operation] = [
        ops.RunSQL(
            """
            CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql="DROP TRIGGER audit_entry_append_only ON audit_entry;",
        ),
        ops.RunSQL(
            "CREATE INDEX notification_unread ON notification (member_id) WHERE read_at IS NULL;",
            reverse_sql="DROP INDEX notification_unread;",
        ),
        # The reminders walk the members of one day in order.
        ops.RunSQL(
            """
            DROP INDEX points_lot_expiring;
            CREATE INDEX points_lot_expiring ON points_lot (expires_on, member_id) WHERE remaining > 0;
            CREATE INDEX points_adjustment_waiting ON points_adjustment (id) WHERE status = 'waiting';
            CREATE FUNCTION points_adjustment_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (OLD.status <> 'waiting' AND (to_jsonb(NEW) - 'member_id') <> (to_jsonb(OLD) - 'member_id'))
                   OR (NEW.amount, NEW.requested_by_id) <> (OLD.amount, OLD.requested_by_id) THEN
                    RAISE EXCEPTION 'points_adjustment: it is decided once, on what was asked for'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER points_adjustment_decided_once BEFORE UPDATE ON points_adjustment
                FOR EACH ROW EXECUTE FUNCTION points_adjustment_decided_once();
            CREATE TRIGGER points_adjustment_kept BEFORE DELETE OR TRUNCATE ON points_adjustment
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql="""
            DROP TRIGGER points_adjustment_kept ON points_adjustment;
            DROP TRIGGER points_adjustment_decided_once ON points_adjustment;
            DROP FUNCTION points_adjustment_decided_once();
            DROP INDEX points_adjustment_waiting;
            DROP INDEX points_lot_expiring;
            CREATE INDEX points_lot_expiring ON points_lot (expires_on) WHERE remaining > 0;
            """,
        ),
        ops.RunSQL(
            """
            INSERT INTO adjustment_limit (role, per_adjustment_points, per_day_points, may_approve) VALUES
            ('clerk', 200, 1000, false), ('operator', 2000, 10000, true), ('administrator', 20000, 100000, true);
            """,
            reverse_sql="DELETE FROM adjustment_limit;",
        ),
    ]
