"""Guards the ORM can't say: PgQueuer's tables, append-only ledgers, partial and exclusion indexes."""

from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0001_initial")]

    operations = [
        # The trigger's NOTIFY takes a lock over the whole database at every commit; the workers poll instead.
        ops.RunSQL(
            QueryBuilderEnvironment().build_install_query() + "DROP TRIGGER tg_pgqueuer_changed ON pgqueuer;",
            reverse_sql=QueryBuilderEnvironment().build_uninstall_query(),
        ),
        # Ledgers are written once. TRUNCATE would go around the row triggers.
        ops.RunSQL(
            """
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
                    USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER points_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON points_entry
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER points_lot_use_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON points_lot_use
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER points_lot_kept BEFORE DELETE OR TRUNCATE ON points_lot
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE INDEX points_lot_live ON points_lot (member_id, expires_on, id) WHERE remaining > 0;
            CREATE INDEX points_lot_expiring ON points_lot (expires_on) WHERE remaining > 0;
            """,
            reverse_sql="""
            DROP INDEX points_lot_expiring;
            DROP INDEX points_lot_live;
            DROP TRIGGER points_lot_kept ON points_lot;
            DROP TRIGGER points_lot_use_append_only ON points_lot_use;
            DROP TRIGGER points_entry_append_only ON points_entry;
            DROP FUNCTION refuse_change();
            """,
        ),
        # The growth ledger is written once too, but its lines may change their owner when two members become one.
        ops.RunSQL(
            """
            CREATE FUNCTION growth_entry_only_owner() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (to_jsonb(NEW) - 'member_id') <> (to_jsonb(OLD) - 'member_id') THEN
                    RAISE EXCEPTION 'growth_entry is append-only: only its owner may change'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER growth_entry_append_only BEFORE DELETE OR TRUNCATE ON growth_entry
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER growth_entry_only_owner BEFORE UPDATE ON growth_entry
                FOR EACH ROW EXECUTE FUNCTION growth_entry_only_owner();
            CREATE TRIGGER tier_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON tier_change
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE INDEX tier_standing_ending ON tier_standing (valid_until) WHERE valid_until IS NOT NULL;
            """,
            reverse_sql="""
            DROP INDEX tier_standing_ending;
            DROP TRIGGER tier_change_append_only ON tier_change;
            DROP TRIGGER growth_entry_only_owner ON growth_entry;
            DROP TRIGGER growth_entry_append_only ON growth_entry;
            DROP FUNCTION growth_entry_only_owner();
            """,
        ),
        # What a till sent stays as it came.
        ops.RunSQL(
            """
            CREATE TRIGGER purchase_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON purchase_event
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE INDEX purchase_receipt_waiting ON purchase_receipt (phone_index) WHERE phone_index IS NOT NULL;
            """,
            reverse_sql="""
            DROP INDEX purchase_receipt_waiting;
            DROP TRIGGER purchase_event_append_only ON purchase_event;
            """,
        ),
        # What proves something stays: what she agreed to, which text it was, what she was given, what moved in a merge.
        ops.RunSQL(
            """
            CREATE FUNCTION consent_only_withdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF OLD.withdrawn_at IS NOT NULL
                   OR (to_jsonb(NEW) - 'withdrawn_at') <> (to_jsonb(OLD) - 'withdrawn_at') THEN
                    RAISE EXCEPTION 'consent is append-only: it can be withdrawn, once'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER consent_only_withdrawn BEFORE UPDATE ON consent
                FOR EACH ROW EXECUTE FUNCTION consent_only_withdrawn();
            CREATE TRIGGER consent_kept BEFORE DELETE OR TRUNCATE ON consent
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER notice_unchanged BEFORE UPDATE ON notice
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER gift_claim_kept BEFORE DELETE OR TRUNCATE ON gift_claim
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER member_merge_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON member_merge
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            """,
            reverse_sql="""
            DROP TRIGGER member_merge_append_only ON member_merge;
            DROP TRIGGER gift_claim_kept ON gift_claim;
            DROP TRIGGER notice_unchanged ON notice;
            DROP TRIGGER consent_kept ON consent;
            DROP TRIGGER consent_only_withdrawn ON consent;
            DROP FUNCTION consent_only_withdrawn();
            """,
        ),
    ]
