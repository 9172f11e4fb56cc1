"""Guards by hand: a payment goes forward only, keeps what was agreed, and never disappears."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0006_catalogue")]

    operations: list[ops.Operation] = [
        ops.RunSQL(
            """
            CREATE FUNCTION payment_only_forward() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (NEW.id, NEW.purpose, NEW.subject_id, NEW.amount_fen, NEW.description, NEW.provider,
                    NEW.out_trade_no, NEW.expires_at, NEW.created_at)
                   IS DISTINCT FROM (OLD.id, OLD.purpose, OLD.subject_id, OLD.amount_fen, OLD.description, OLD.provider,
                    OLD.out_trade_no, OLD.expires_at, OLD.created_at) THEN
                    RAISE EXCEPTION 'payment %: what was agreed does not change', OLD.id
                        USING ERRCODE = 'restrict_violation';
                END IF;
                IF OLD.transaction_id IS NOT NULL AND (NEW.transaction_id, NEW.paid_at)
                   IS DISTINCT FROM (OLD.transaction_id, OLD.paid_at) THEN
                    RAISE EXCEPTION 'payment %: the money that came does not change', OLD.id
                        USING ERRCODE = 'restrict_violation';
                END IF;
                IF NEW.status <> OLD.status AND (OLD.status || '>' || NEW.status) NOT IN (
                    'pending>paid', 'pending>closing', 'pending>closed', 'pending>disputed',
                    'closing>closed', 'closing>late', 'closing>disputed', 'closed>late', 'closed>disputed') THEN
                    RAISE EXCEPTION 'payment %: % does not follow %', OLD.id, NEW.status, OLD.status
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER payment_only_forward BEFORE UPDATE ON payment
                FOR EACH ROW EXECUTE FUNCTION payment_only_forward();
            CREATE TRIGGER payment_kept BEFORE DELETE OR TRUNCATE ON payment
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE INDEX payment_to_ask ON payment (next_ask_at) WHERE next_ask_at IS NOT NULL;
            """,
            reverse_sql="""
            DROP INDEX payment_to_ask;
            DROP TRIGGER payment_kept ON payment;
            DROP TRIGGER payment_only_forward ON payment;
            DROP FUNCTION payment_only_forward();
            """,
        ),
        ops.RunSQL(
            """
            CREATE FUNCTION payment_refund_only_forward() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (NEW.id, NEW.payment_id, NEW.key, NEW.amount_fen, NEW.reason, NEW.out_refund_no, NEW.created_at)
                   IS DISTINCT FROM
                   (OLD.id, OLD.payment_id, OLD.key, OLD.amount_fen, OLD.reason, OLD.out_refund_no, OLD.created_at) THEN
                    RAISE EXCEPTION 'payment_refund %: what was asked for does not change', OLD.id
                        USING ERRCODE = 'restrict_violation';
                END IF;
                IF NEW.status <> OLD.status AND (OLD.status || '>' || NEW.status) NOT IN (
                    'requested>processing', 'requested>abnormal', 'requested>succeeded', 'requested>closed',
                    'processing>abnormal', 'processing>succeeded', 'processing>closed',
                    'abnormal>processing', 'abnormal>succeeded', 'abnormal>closed') THEN
                    RAISE EXCEPTION 'payment_refund %: % does not follow %', OLD.id, NEW.status, OLD.status
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER payment_refund_only_forward BEFORE UPDATE ON payment_refund
                FOR EACH ROW EXECUTE FUNCTION payment_refund_only_forward();
            CREATE TRIGGER payment_refund_kept BEFORE DELETE OR TRUNCATE ON payment_refund
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER payment_incident_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON payment_incident
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE INDEX payment_refund_to_ask ON payment_refund (next_ask_at) WHERE next_ask_at IS NOT NULL;
            """,
            reverse_sql="""
            DROP INDEX payment_refund_to_ask;
            DROP TRIGGER payment_incident_append_only ON payment_incident;
            DROP TRIGGER payment_refund_kept ON payment_refund;
            DROP TRIGGER payment_refund_only_forward ON payment_refund;
            DROP FUNCTION payment_refund_only_forward();
            """,
        ),
    ]
