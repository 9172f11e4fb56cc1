from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("muying", "0001_initial")]

    initial = False

    operations = [
        ops.AddConstraint(
            model_name="GiftRule",
            constraint=CheckConstraint(check="code IN ('welcome', 'profile')", name="gift_rule_known"),
        ),
        ops.AddConstraint(
            model_name="GiftRule",
            constraint=CheckConstraint(check="points > 0 AND valid_months > 0", name="gift_rule_positive"),
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=UniqueConstraint(
                fields=("phone_index",), name="member_phone_once", condition="phone_index IS NOT NULL"
            ),
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(check="number ~ '^[1-9][0-9]{11}$'", name="member_number_shape"),
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(
                check="status IN ('active', 'banned', 'merged', 'erased')", name="member_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(check="origin IN ('wechat', 'store')", name="member_origin_known"),
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(
                check="(status = 'merged') = (merged_into_id IS NOT NULL) AND merged_into_id IS DISTINCT FROM id",
                name="member_merged_into_another",
            ),
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(
                check="(data_key IS NULL) = (status IN ('merged', 'erased'))", name="member_key_while_a_person"
            ),
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(
                check="data_key IS NOT NULL OR (phone_index IS NULL AND profile_sealed IS NULL)",
                name="member_nothing_personal_without_key",
            ),
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(
                check="(phone_index IS NULL) = (phone_sealed IS NULL) AND (phone_verified_at IS NULL OR phone_index IS NOT NULL)",
                name="member_phone_whole",
            ),
        ),
        ops.AddConstraint(
            model_name="Member",
            constraint=CheckConstraint(
                check="(status = 'banned') = (ban_reason IS NOT NULL)", name="member_ban_has_reason"
            ),
        ),
        ops.AddConstraint(
            model_name="GiftClaim",
            constraint=UniqueConstraint(fields=("gift_id", "phone_index"), name="gift_claim_once_per_phone"),
        ),
        ops.AddConstraint(
            model_name="GiftClaim",
            constraint=UniqueConstraint(fields=("gift_id", "openid_index"), name="gift_claim_once_per_openid"),
        ),
        ops.AddConstraint(
            model_name="GiftClaim",
            constraint=CheckConstraint(check="points > 0", name="gift_claim_positive"),
        ),
        ops.AddConstraint(
            model_name="GrowthEntry",
            constraint=UniqueConstraint(fields=("key",), name="growth_entry_once"),
        ),
        ops.AddConstraint(
            model_name="MemberMerge",
            constraint=CheckConstraint(check="from_member_id <> into_member_id", name="member_merge_of_two"),
        ),
        ops.AddConstraint(
            model_name="Notice",
            constraint=CheckConstraint(check="version >= 1", name="notice_version_counts_from_one"),
        ),
        ops.AddConstraint(
            model_name="Consent",
            constraint=UniqueConstraint(
                fields=("member_id", "notice_id"), name="consent_stands_once", condition="withdrawn_at IS NULL"
            ),
        ),
        ops.AddConstraint(
            model_name="Consent",
            constraint=CheckConstraint(check="source IN ('mini_program')", name="consent_source_known"),
        ),
        ops.AddConstraint(
            model_name="Consent",
            constraint=CheckConstraint(check="withdrawn_at >= agreed_at", name="consent_withdrawn_after"),
        ),
        ops.AddConstraint(
            model_name="PartnerKey",
            constraint=CheckConstraint(check="slot IN (1, 2)", name="partner_key_slot"),
        ),
        ops.AddConstraint(
            model_name="PartnerKey",
            constraint=UniqueConstraint(
                fields=("partner_id", "slot"), name="partner_key_two_live", condition="revoked_at IS NULL"
            ),
        ),
        ops.AddConstraint(
            model_name="PointsAccount",
            constraint=CheckConstraint(check="balance >= 0", name="points_account_balance_not_negative"),
        ),
        ops.AddConstraint(
            model_name="PointsAccount",
            constraint=CheckConstraint(check="debt >= 0", name="points_account_debt_not_negative"),
        ),
        ops.AddConstraint(
            model_name="PointsAccount",
            constraint=CheckConstraint(check="balance = 0 OR debt = 0", name="points_account_debt_repaid_first"),
        ),
        ops.AddConstraint(
            model_name="PointsEntry",
            constraint=UniqueConstraint(fields=("kind", "key"), name="points_entry_once"),
        ),
        ops.AddConstraint(
            model_name="PointsEntry",
            constraint=UniqueConstraint(
                fields=("reverses_id",), name="points_entry_given_back_once", condition="reverses_id IS NOT NULL"
            ),
        ),
        ops.AddConstraint(
            model_name="PointsEntry",
            constraint=CheckConstraint(check="amount <> 0", name="points_entry_moves_something"),
        ),
        ops.AddConstraint(
            model_name="PointsEntry",
            constraint=CheckConstraint(
                check="balance_after >= 0 AND debt_after >= 0 AND (balance_after = 0 OR debt_after = 0)",
                name="points_entry_after",
            ),
        ),
        ops.AddConstraint(
            model_name="PointsLot",
            constraint=CheckConstraint(check="granted > 0", name="points_lot_grants_something"),
        ),
        ops.AddConstraint(
            model_name="PointsLot",
            constraint=CheckConstraint(
                check="remaining BETWEEN 0 AND granted", name="points_lot_remaining_within_granted"
            ),
        ),
        ops.AddConstraint(
            model_name="PointsLotUse",
            constraint=CheckConstraint(check="amount <> 0", name="points_lot_use_moves_something"),
        ),
        ops.AddConstraint(
            model_name="Product",
            constraint=CheckConstraint(check="points BETWEEN 1 AND 10000000", name="product_points_positive"),
        ),
        ops.AddConstraint(
            model_name="Product",
            constraint=CheckConstraint(check="stock BETWEEN 0 AND supplied", name="product_stock_not_negative"),
        ),
        ops.AddConstraint(
            model_name="Product",
            constraint=CheckConstraint(check="formula_stage BETWEEN 1 AND 4", name="product_formula_stage"),
        ),
        ops.AddConstraint(
            model_name="Product",
            constraint=CheckConstraint(check="NOT (promotion_refused AND on_sale)", name="product_promotion_refused"),
        ),
        ops.AddConstraint(
            model_name="Session",
            constraint=CheckConstraint(check="generation >= 0", name="session_generation_not_negative"),
        ),
        ops.AddConstraint(
            model_name="Store",
            constraint=CheckConstraint(check="code ~ '^[A-Z0-9]{2,16}$'", name="store_code_shape"),
        ),
        ops.AddConstraint(
            model_name="CardCodeUse",
            constraint=CheckConstraint(
                check="id BETWEEN 100000000000000000 AND 999999999999999999", name="card_code_use_18_digits"
            ),
        ),
        ops.AddConstraint(
            model_name="PurchaseReceipt",
            constraint=UniqueConstraint(fields=("partner_id", "store_id", "number"), name="purchase_receipt_once"),
        ),
        ops.AddConstraint(
            model_name="PurchaseReceipt",
            constraint=CheckConstraint(
                check="events >= 1 AND settled_events BETWEEN 0 AND events", name="purchase_receipt_counts_events"
            ),
        ),
        ops.AddConstraint(
            model_name="PurchaseReceipt",
            constraint=CheckConstraint(
                check="(occurred_on IS NULL) = (level IS NULL) AND (level IS NULL) = (rate_numerator IS NULL) AND (level IS NULL) = (rate_denominator IS NULL)",
                name="purchase_receipt_frozen_whole",
            ),
        ),
        ops.AddConstraint(
            model_name="PurchaseReceipt",
            constraint=CheckConstraint(
                check="(occurred_on IS NULL AND member_id IS NULL AND phone_index IS NULL) OR (occurred_on IS NOT NULL AND (member_id IS NULL) <> (phone_index IS NULL))",
                name="purchase_receipt_somebodys_once_sold",
            ),
        ),
        ops.AddConstraint(
            model_name="PurchaseReceipt",
            constraint=CheckConstraint(
                check="member_id IS NOT NULL OR (settled_events = 0 AND postings = 0)",
                name="purchase_receipt_nothing_posted_to_nobody",
            ),
        ),
        ops.AddConstraint(
            model_name="PurchaseReceipt",
            constraint=CheckConstraint(
                check="posted_points >= 0 AND posted_growth >= 0 AND posted_amount_fen >= 0 AND posted_purchases BETWEEN 0 AND 1",
                name="purchase_receipt_posted_not_negative",
            ),
        ),
        ops.AddConstraint(
            model_name="PurchaseEvent",
            constraint=UniqueConstraint(
                fields=("partner_id", "store_id", "kind", "number"), name="purchase_event_once"
            ),
        ),
        ops.AddConstraint(
            model_name="PurchaseEvent",
            constraint=UniqueConstraint(fields=("receipt_id", "ordinal"), name="purchase_event_in_order"),
        ),
        ops.AddConstraint(
            model_name="PurchaseEvent",
            constraint=CheckConstraint(check="kind IN ('sale', 'return')", name="purchase_event_kind_known"),
        ),
        ops.AddConstraint(
            model_name="PurchaseEvent",
            constraint=CheckConstraint(check="ordinal >= 1 AND amount_fen >= 0", name="purchase_event_counts"),
        ),
        ops.AddConstraint(
            model_name="PurchaseEvent",
            constraint=CheckConstraint(
                check="first_status IN ('received', 'waiting', 'waiting_for_sale')", name="purchase_event_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="StaffUser",
            constraint=CheckConstraint(
                check="role IN ('clerk', 'operator', 'moderator', 'expert', 'administrator', 'privacy_officer')",
                name="staff_user_role",
            ),
        ),
        ops.AddConstraint(
            model_name="StaffUser",
            constraint=CheckConstraint(
                check="role <> 'clerk' OR store_id IS NOT NULL", name="staff_user_clerk_has_store"
            ),
        ),
        ops.AddConstraint(
            model_name="Redemption",
            constraint=CheckConstraint(
                check="status IN ('reserved', 'handed_over', 'cancelled')", name="redemption_status"
            ),
        ),
        ops.AddConstraint(
            model_name="Redemption",
            constraint=CheckConstraint(check="quantity BETWEEN 1 AND 99", name="redemption_quantity"),
        ),
        ops.AddConstraint(
            model_name="Redemption",
            constraint=CheckConstraint(check="points >= quantity", name="redemption_points_positive"),
        ),
        ops.AddConstraint(
            model_name="Redemption",
            constraint=CheckConstraint(check="pickup_code ~ '^[0-9]{8}$'", name="redemption_pickup_code_shape"),
        ),
        ops.AddConstraint(
            model_name="Redemption",
            constraint=CheckConstraint(
                check="(status = 'handed_over') = (handed_over_at IS NOT NULL) AND (status = 'handed_over') = (handed_over_by_id IS NOT NULL)",
                name="redemption_handed_over_by_someone",
            ),
        ),
        ops.AddConstraint(
            model_name="Redemption",
            constraint=CheckConstraint(
                check="(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="redemption_cancelled_at_some_time"
            ),
        ),
        ops.AddConstraint(
            model_name="Redemption",
            constraint=UniqueConstraint(
                fields=("store_id", "pickup_code"), name="redemption_pickup_code_once", condition="status = 'reserved'"
            ),
        ),
        ops.AddConstraint(
            model_name="TierLevel",
            constraint=CheckConstraint(check="rank >= 0", name="tier_level_rank_not_negative"),
        ),
        ops.AddConstraint(
            model_name="TierLevel",
            constraint=CheckConstraint(
                check="rate_numerator > 0 AND rate_denominator > 0", name="tier_level_rate_positive"
            ),
        ),
        ops.AddConstraint(
            model_name="TierLevel",
            constraint=CheckConstraint(check="match IN ('all', 'any')", name="tier_level_match_known"),
        ),
        ops.AddConstraint(
            model_name="TierLevel",
            constraint=CheckConstraint(check="validity_months > 0", name="tier_level_validity_positive"),
        ),
        ops.AddConstraint(
            model_name="TierLevel",
            constraint=CheckConstraint(
                check="(rank = 0) = (conditions::jsonb = '[]'::jsonb)", name="tier_level_base_is_for_everyone"
            ),
        ),
        ops.AddConstraint(
            model_name="TierChange",
            constraint=CheckConstraint(
                check="reason IN ('promotion', 'demotion', 'withdrawal', 'merge')", name="tier_change_reason_known"
            ),
        ),
        ops.AddConstraint(
            model_name="TierChange",
            constraint=CheckConstraint(check="from_level_id <> to_level_id", name="tier_change_changes"),
        ),
        ops.AddConstraint(
            model_name="WeChatIdentity",
            constraint=UniqueConstraint(fields=("openid_index",), name="wechat_identity_openid_once"),
        ),
        ops.AddConstraint(
            model_name="WeChatMessage",
            constraint=UniqueConstraint(fields=("number_index",), name="wechat_message_number_unique"),
        ),
    ]
