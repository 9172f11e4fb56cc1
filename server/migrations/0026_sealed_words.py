"""Words that stood in clear are sealed: nothing new goes into the clear columns, and what is there may move out of them.

SQL has no keys: `privacy.seal_old_texts` seals the rows of before, by the clock, and empties the clear columns. They
stay for one release, in which every reader takes from there what is not sealed yet; the release after drops them, with
these triggers and indexes. A process of the version before still writes in clear and is refused: it is stopped first,
as for every migration.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0025_discreet")]

    operations = [
        # Only a statement that names the column is asked: an order of before moves on before it is sealed. Empty is
        # what an erasure leaves.
        ops.RunSQL(
            """
            CREATE FUNCTION refuse_clear_text() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '%.% takes no text in clear', TG_TABLE_NAME, TG_ARGV[0]
                    USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE INDEX redemption_tracking_number_in_clear ON redemption (id) WHERE tracking_number IS NOT NULL;
            CREATE TRIGGER redemption_tracking_number_sealed_only BEFORE INSERT OR UPDATE OF tracking_number ON redemption
                FOR EACH ROW WHEN (NEW.tracking_number <> '') EXECUTE FUNCTION refuse_clear_text('tracking_number');
            CREATE INDEX redemption_return_reason_in_clear ON redemption (id) WHERE return_reason IS NOT NULL;
            CREATE TRIGGER redemption_return_reason_sealed_only BEFORE INSERT OR UPDATE OF return_reason ON redemption
                FOR EACH ROW WHEN (NEW.return_reason <> '') EXECUTE FUNCTION refuse_clear_text('return_reason');
            CREATE INDEX member_ban_reason_in_clear ON member (id) WHERE ban_reason IS NOT NULL;
            CREATE TRIGGER member_ban_reason_sealed_only BEFORE INSERT OR UPDATE OF ban_reason ON member
                FOR EACH ROW WHEN (NEW.ban_reason <> '') EXECUTE FUNCTION refuse_clear_text('ban_reason');
            CREATE INDEX points_adjustment_reason_in_clear ON points_adjustment (id) WHERE reason IS NOT NULL;
            CREATE TRIGGER points_adjustment_reason_sealed_only BEFORE INSERT OR UPDATE OF reason ON points_adjustment
                FOR EACH ROW WHEN (NEW.reason <> '') EXECUTE FUNCTION refuse_clear_text('reason');
            CREATE INDEX points_adjustment_rejected_because_in_clear ON points_adjustment (id) WHERE rejected_because IS NOT NULL;
            CREATE TRIGGER points_adjustment_rejected_because_sealed_only BEFORE INSERT OR UPDATE OF rejected_because ON points_adjustment
                FOR EACH ROW WHEN (NEW.rejected_because <> '') EXECUTE FUNCTION refuse_clear_text('rejected_because');
            CREATE INDEX wallet_refund_reason_in_clear ON wallet_refund (id) WHERE reason IS NOT NULL;
            CREATE TRIGGER wallet_refund_reason_sealed_only BEFORE INSERT OR UPDATE OF reason ON wallet_refund
                FOR EACH ROW WHEN (NEW.reason <> '') EXECUTE FUNCTION refuse_clear_text('reason');
            CREATE INDEX audit_entry_reason_in_clear ON audit_entry (id) WHERE reason IS NOT NULL;
            CREATE TRIGGER audit_entry_reason_sealed_only BEFORE INSERT OR UPDATE OF reason ON audit_entry
                FOR EACH ROW WHEN (NEW.reason <> '') EXECUTE FUNCTION refuse_clear_text('reason');
            """,
            reverse_sql="""
            DROP TRIGGER audit_entry_reason_sealed_only ON audit_entry;
            DROP INDEX audit_entry_reason_in_clear;
            DROP TRIGGER wallet_refund_reason_sealed_only ON wallet_refund;
            DROP INDEX wallet_refund_reason_in_clear;
            DROP TRIGGER points_adjustment_rejected_because_sealed_only ON points_adjustment;
            DROP INDEX points_adjustment_rejected_because_in_clear;
            DROP TRIGGER points_adjustment_reason_sealed_only ON points_adjustment;
            DROP INDEX points_adjustment_reason_in_clear;
            DROP TRIGGER member_ban_reason_sealed_only ON member;
            DROP INDEX member_ban_reason_in_clear;
            DROP TRIGGER redemption_return_reason_sealed_only ON redemption;
            DROP INDEX redemption_return_reason_in_clear;
            DROP TRIGGER redemption_tracking_number_sealed_only ON redemption;
            DROP INDEX redemption_tracking_number_in_clear;
            DROP FUNCTION refuse_clear_text();
            """,
        ),
        # Ledgers stay append-only but for this: a reason leaves its clear column, and a seal is made anew.
        ops.RunSQL(
            """
            DROP TRIGGER audit_entry_append_only ON audit_entry;
            CREATE TRIGGER audit_entry_append_only BEFORE DELETE OR TRUNCATE ON audit_entry
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER audit_entry_only_sealed_anew BEFORE UPDATE ON audit_entry
                FOR EACH ROW WHEN (to_jsonb(NEW) - '{reason,reason_sealed}'::text[]
                                   <> to_jsonb(OLD) - '{reason,reason_sealed}'::text[]
                                   OR NEW.reason IS NOT NULL OR NEW.reason_sealed IS NULL)
                EXECUTE FUNCTION refuse_change();
            DROP TRIGGER points_entry_append_only ON points_entry;
            CREATE TRIGGER points_entry_append_only BEFORE DELETE OR TRUNCATE ON points_entry
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER points_entry_only_note_leaves BEFORE UPDATE ON points_entry
                FOR EACH ROW WHEN (to_jsonb(NEW) - 'note' <> to_jsonb(OLD) - 'note' OR NEW.note IS NOT NULL
                                   OR OLD.kind NOT IN ('adjustment_up', 'adjustment_down'))
                EXECUTE FUNCTION refuse_change();
            CREATE OR REPLACE FUNCTION points_adjustment_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                moves text[] := '{member_id,reason,reason_sealed,rejected_because,rejected_because_sealed}';
            BEGIN
                IF (OLD.status <> 'waiting' AND to_jsonb(NEW) - moves <> to_jsonb(OLD) - moves)
                   OR (NEW.amount, NEW.requested_by_id) <> (OLD.amount, OLD.requested_by_id) THEN
                    RAISE EXCEPTION 'points_adjustment: it is decided once, on what was asked for'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            """,
            reverse_sql="""
            CREATE OR REPLACE FUNCTION points_adjustment_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (OLD.status <> 'waiting' AND (to_jsonb(NEW) - 'member_id') <> (to_jsonb(OLD) - 'member_id'))
                   OR (NEW.amount, NEW.requested_by_id) <> (OLD.amount, OLD.requested_by_id) THEN
                    RAISE EXCEPTION 'points_adjustment: it is decided once, on what was asked for'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            DROP TRIGGER points_entry_only_note_leaves ON points_entry;
            DROP TRIGGER points_entry_append_only ON points_entry;
            CREATE TRIGGER points_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON points_entry
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            DROP TRIGGER audit_entry_only_sealed_anew ON audit_entry;
            DROP TRIGGER audit_entry_append_only ON audit_entry;
            CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
        ),
    ]
