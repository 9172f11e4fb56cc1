"""Guards and reference data by hand: coupons."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0008_orders")]

    operations: list[ops.Operation] = [
        # What a template promised when its coupons were taken is what they are good for.
        ops.RunSQL(
            """
            CREATE FUNCTION coupon_template_promise_kept() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF (to_jsonb(NEW) - ARRAY['title', 'description', 'stock', 'issued', 'per_member_limit', 'claimable',
                                          'claim_from', 'claim_until', 'active'])
                   <> (to_jsonb(OLD) - ARRAY['title', 'description', 'stock', 'issued', 'per_member_limit',
                                             'claimable', 'claim_from', 'claim_until', 'active']) THEN
                    RAISE EXCEPTION 'coupon_template: what was promised never changes'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER coupon_template_promise_kept BEFORE UPDATE ON coupon_template
                FOR EACH ROW EXECUTE FUNCTION coupon_template_promise_kept();
            CREATE TRIGGER coupon_template_store_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
                ON coupon_template_store FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER coupon_kept BEFORE DELETE OR TRUNCATE ON coupon
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER coupon_checkout_kept BEFORE DELETE OR TRUNCATE ON coupon_checkout
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE TRIGGER coupon_use_kept BEFORE DELETE OR TRUNCATE ON coupon_use
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            CREATE INDEX coupon_unused ON coupon (member_id, valid_until) WHERE used_at IS NULL;
            CREATE INDEX coupon_used ON coupon (template_id) WHERE used_at IS NOT NULL;
            CREATE INDEX coupon_checkout_receipt ON coupon_checkout (store_id, receipt) WHERE receipt IS NOT NULL;
            CREATE INDEX coupon_expiring ON coupon (valid_until) WHERE used_at IS NULL AND reminded_at IS NULL;
            CREATE INDEX coupon_template_on_offer ON coupon_template (claim_from, id) WHERE active AND claimable;
            CREATE INDEX coupon_use_used ON coupon_use (used_at) WHERE used_at IS NOT NULL;
            CREATE INDEX coupon_use_returned ON coupon_use (returned_at) WHERE returned_at IS NOT NULL;
            """,
            reverse_sql="""
            DROP INDEX coupon_use_returned;
            DROP INDEX coupon_use_used;
            DROP INDEX coupon_template_on_offer;
            DROP INDEX coupon_expiring;
            DROP INDEX coupon_checkout_receipt;
            DROP INDEX coupon_used;
            DROP INDEX coupon_unused;
            DROP TRIGGER coupon_use_kept ON coupon_use;
            DROP TRIGGER coupon_checkout_kept ON coupon_checkout;
            DROP TRIGGER coupon_kept ON coupon;
            DROP TRIGGER coupon_template_store_append_only ON coupon_template_store;
            DROP TRIGGER coupon_template_promise_kept ON coupon_template;
            DROP FUNCTION coupon_template_promise_kept();
            """,
        ),
    ]
