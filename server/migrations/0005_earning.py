"""Guards by hand: what rules paid is written once, and a version of a rule stays as it was."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0004_ledger")]

    operations = [
        # A version of a rule counts what it spent and ends once; a change is another version.
        ops.RunSQL(
            """
            CREATE FUNCTION earn_rule_only_counts_and_ends() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (to_jsonb(NEW) - 'spent' - 'ended_at') <> (to_jsonb(OLD) - 'spent' - 'ended_at')
                    OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at) THEN
                    RAISE EXCEPTION 'earn_rule is kept in versions: a change is another row'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER earn_rule_kept BEFORE DELETE OR TRUNCATE ON earn_rule
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER earn_rule_only_counts_and_ends BEFORE UPDATE ON earn_rule
                FOR EACH ROW EXECUTE FUNCTION earn_rule_only_counts_and_ends();
            """,
            reverse_sql="""
            DROP TRIGGER earn_rule_only_counts_and_ends ON earn_rule;
            DROP TRIGGER earn_rule_kept ON earn_rule;
            DROP FUNCTION earn_rule_only_counts_and_ends();
            """,
        ),
        # What was paid, and a day that was signed, may change owners when two members become one, and nothing else.
        ops.RunSQL(
            """
            CREATE FUNCTION refuse_all_but_owner() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (to_jsonb(NEW) - 'member_id') <> (to_jsonb(OLD) - 'member_id') THEN
                    RAISE EXCEPTION '% is append-only: only its owner may change', TG_TABLE_NAME
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER earn_award_append_only BEFORE DELETE OR TRUNCATE ON earn_award
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER earn_award_only_owner BEFORE UPDATE ON earn_award
                FOR EACH ROW EXECUTE FUNCTION refuse_all_but_owner();
            CREATE TRIGGER sign_in_append_only BEFORE DELETE OR TRUNCATE ON sign_in
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER sign_in_only_owner BEFORE UPDATE ON sign_in
                FOR EACH ROW EXECUTE FUNCTION refuse_all_but_owner();
            """,
            reverse_sql="""
            DROP TRIGGER sign_in_only_owner ON sign_in;
            DROP TRIGGER sign_in_append_only ON sign_in;
            DROP TRIGGER earn_award_only_owner ON earn_award;
            DROP TRIGGER earn_award_append_only ON earn_award;
            DROP FUNCTION refuse_all_but_owner();
            """,
        ),
        # The job looks at those who wait, and they are few among all.
        ops.RunSQL(
            "CREATE INDEX referral_waiting ON referral (id) WHERE status = 'waiting';"
            "CREATE INDEX referral_settled ON referral (settled_at, id) WHERE status = 'rewarded';",
            reverse_sql="DROP INDEX referral_settled; DROP INDEX referral_waiting;",
        ),
    ]
