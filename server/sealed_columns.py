"""The sealed columns of the whole house, for the rotation of data keys."""

from foundation.sealed_columns import SealedColumn

SEALED_COLUMNS = (
    SealedColumn("member", "phone_sealed", "member"),
    SealedColumn("member", "profile_sealed", "member"),
    SealedColumn("wechat_identity", "openid_sealed", "member", "member_id"),
    SealedColumn("member_address", "content_sealed", "member", "member_id"),
    SealedColumn("survey_response", "answers_sealed", "member", "member_id"),
    SealedColumn("redemption", "address_sealed", "member", "member_id"),
    SealedColumn("baby", "details_sealed", "baby"),
    SealedColumn("growth_record", "content_sealed", "baby", "baby_id"),
    SealedColumn("vaccination_sheet", "content_sealed", "baby", "baby_id", id_column="baby_id"),
    SealedColumn("staff_user", "totp_sealed", "staff_user"),
    SealedColumn("partner_key", "sealed_secret", "partner", "partner_id", id_type="text"),
    SealedColumn("virtual_good", "content", None),
    SealedColumn("wechat_message", "content_sealed", None),
    SealedColumn("payment_notification", "content_sealed", None),
)
