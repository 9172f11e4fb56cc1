from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

class Migration(migrations.Migration):
    dependencies = [('muying', '0001_initial')]

    initial = False

    operations = [
        ops.AddConstraint(
            model_name='GiftRule',
            constraint=CheckConstraint(check="code IN ('welcome', 'profile')", name='gift_rule_known'),
        ),
        ops.AddConstraint(
            model_name='GiftRule',
            constraint=CheckConstraint(check='points > 0 AND valid_months > 0', name='gift_rule_positive'),
        ),
        ops.AddConstraint(
            model_name='Member',
            constraint=UniqueConstraint(fields=('phone_index',), name='member_phone_once'),
        ),
        ops.AddConstraint(
            model_name='Member',
            constraint=CheckConstraint(check="number ~ '^[1-9][0-9]{11}$'", name='member_number_shape'),
        ),
        ops.AddConstraint(
            model_name='Member',
            constraint=CheckConstraint(check="status IN ('active', 'banned', 'merged', 'erased')", name='member_status_known'),
        ),
        ops.AddConstraint(
            model_name='Member',
            constraint=CheckConstraint(check="origin IN ('wechat', 'store')", name='member_origin_known'),
        ),
        ops.AddConstraint(
            model_name='Member',
            constraint=CheckConstraint(check="(status = 'merged') = (merged_into_id IS NOT NULL) AND merged_into_id IS DISTINCT FROM id", name='member_merged_into_another'),
        ),
        ops.AddConstraint(
            model_name='Member',
            constraint=CheckConstraint(check="(data_key IS NULL) = (status IN ('merged', 'erased'))", name='member_key_while_a_person'),
        ),
        ops.AddConstraint(
            model_name='Member',
            constraint=CheckConstraint(check='data_key IS NOT NULL OR (phone_index IS NULL AND profile_sealed IS NULL)', name='member_nothing_personal_without_key'),
        ),
        ops.AddConstraint(
            model_name='Member',
            constraint=CheckConstraint(check='(phone_index IS NULL) = (phone_sealed IS NULL) AND (phone_verified_at IS NULL OR phone_index IS NOT NULL)', name='member_phone_whole'),
        ),
        ops.AddConstraint(
            model_name='Member',
            constraint=CheckConstraint(check="(status = 'banned') = (ban_reason IS NOT NULL)", name='member_ban_has_reason'),
        ),
        ops.AddConstraint(
            model_name='GiftClaim',
            constraint=UniqueConstraint(fields=('gift_id', 'phone_index'), name='gift_claim_once_per_phone'),
        ),
        ops.AddConstraint(
            model_name='GiftClaim',
            constraint=UniqueConstraint(fields=('gift_id', 'openid_index'), name='gift_claim_once_per_openid'),
        ),
        ops.AddConstraint(
            model_name='GiftClaim',
            constraint=CheckConstraint(check='points > 0', name='gift_claim_positive'),
        ),
        ops.AddConstraint(
            model_name='GrowthEntry',
            constraint=UniqueConstraint(fields=('key',), name='growth_entry_once'),
        ),
        ops.AddConstraint(
            model_name='MemberMerge',
            constraint=CheckConstraint(check='from_member_id <> into_member_id', name='member_merge_of_two'),
        ),
        ops.AddConstraint(
            model_name='Notice',
            constraint=CheckConstraint(check='version >= 1', name='notice_version_counts_from_one'),
        ),
        ops.AddConstraint(
            model_name='Consent',
            constraint=UniqueConstraint(fields=('member_id', 'notice_id'), name='consent_stands_once', condition='withdrawn_at IS NULL'),
        ),
        ops.AddConstraint(
            model_name='Consent',
            constraint=CheckConstraint(check="source IN ('mini_program')", name='consent_source_known'),
        ),
        ops.AddConstraint(
            model_name='Consent',
            constraint=CheckConstraint(check='withdrawn_at >= agreed_at', name='consent_withdrawn_after'),
        ),
        ops.AddConstraint(
            model_name='PartnerKey',
            constraint=CheckConstraint(check='slot IN (1, 2)', name='partner_key_slot'),
        ),
        ops.AddConstraint(
            model_name='PartnerKey',
            constraint=UniqueConstraint(fields=('partner_id', 'slot'), name='partner_key_two_live', condition='revoked_at IS NULL'),
        ),
        ops.AddConstraint(
            model_name='PointsAccount',
            constraint=CheckConstraint(check='balance >= 0', name='points_account_balance_not_negative'),
        ),
        ops.AddConstraint(
            model_name='PointsAccount',
            constraint=CheckConstraint(check='debt >= 0', name='points_account_debt_not_negative'),
        ),
        ops.AddConstraint(
            model_name='PointsAccount',
            constraint=CheckConstraint(check='balance = 0 OR debt = 0', name='points_account_debt_repaid_first'),
        ),
        ops.AddConstraint(
            model_name='PointsEntry',
            constraint=UniqueConstraint(fields=('kind', 'key'), name='points_entry_once'),
        ),
        ops.AddConstraint(
            model_name='PointsEntry',
            constraint=UniqueConstraint(fields=('reverses_id',), name='points_entry_given_back_once', condition='reverses_id IS NOT NULL'),
        ),
        ops.AddConstraint(
            model_name='PointsEntry',
            constraint=CheckConstraint(check='amount <> 0', name='points_entry_moves_something'),
        ),
        ops.AddConstraint(
            model_name='PointsEntry',
            constraint=CheckConstraint(check='balance_after >= 0 AND debt_after >= 0 AND (balance_after = 0 OR debt_after = 0)', name='points_entry_after'),
        ),
        ops.AddConstraint(
            model_name='PointsLot',
            constraint=CheckConstraint(check='granted > 0', name='points_lot_grants_something'),
        ),
        ops.AddConstraint(
            model_name='PointsLot',
            constraint=CheckConstraint(check='remaining BETWEEN 0 AND granted', name='points_lot_remaining_within_granted'),
        ),
        ops.AddConstraint(
            model_name='PointsLotUse',
            constraint=CheckConstraint(check='amount <> 0', name='points_lot_use_moves_something'),
        ),
        ops.AddConstraint(
            model_name='Session',
            constraint=CheckConstraint(check='generation >= 0', name='session_generation_not_negative'),
        ),
        ops.AddConstraint(
            model_name='Store',
            constraint=CheckConstraint(check="code ~ '^[A-Z0-9]{2,16}$'", name='store_code_shape'),
        ),
        ops.AddConstraint(
            model_name='StaffUser',
            constraint=CheckConstraint(check="role IN ('clerk', 'operator', 'moderator', 'expert', 'administrator', 'privacy_officer')", name='staff_user_role'),
        ),
        ops.AddConstraint(
            model_name='StaffUser',
            constraint=CheckConstraint(check="role <> 'clerk' OR store_id IS NOT NULL", name='staff_user_clerk_has_store'),
        ),
        ops.AddConstraint(
            model_name='TierLevel',
            constraint=CheckConstraint(check='rank >= 0', name='tier_level_rank_not_negative'),
        ),
        ops.AddConstraint(
            model_name='TierLevel',
            constraint=CheckConstraint(check='rate_numerator > 0 AND rate_denominator > 0', name='tier_level_rate_positive'),
        ),
        ops.AddConstraint(
            model_name='TierLevel',
            constraint=CheckConstraint(check="match IN ('all', 'any')", name='tier_level_match_known'),
        ),
        ops.AddConstraint(
            model_name='TierLevel',
            constraint=CheckConstraint(check='validity_months > 0', name='tier_level_validity_positive'),
        ),
        ops.AddConstraint(
            model_name='TierLevel',
            constraint=CheckConstraint(check="(rank = 0) = (conditions::jsonb = '[]'::jsonb)", name='tier_level_base_is_for_everyone'),
        ),
        ops.AddConstraint(
            model_name='TierChange',
            constraint=CheckConstraint(check="reason IN ('promotion', 'demotion', 'withdrawal', 'merge')", name='tier_change_reason_known'),
        ),
        ops.AddConstraint(
            model_name='TierChange',
            constraint=CheckConstraint(check='from_level_id <> to_level_id', name='tier_change_changes'),
        ),
        ops.AddConstraint(
            model_name='WeChatIdentity',
            constraint=UniqueConstraint(fields=('openid_index',), name='wechat_identity_openid_once'),
        ),
    ]
