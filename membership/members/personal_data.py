"""Where the members' personal data lies."""

from foundation.data_map import PersonalData

PERSONAL_DATA = (
    PersonalData(
        table="member",
        columns=("phone_index", "phone_sealed", "profile_sealed"),
        purpose="Finding her by phone at a till; greeting her by the name she chose; the profile she filled in",
        on_erasure="The data key is destroyed, so the sealed fields can't be read again; all of them are emptied",
    ),
    PersonalData(
        table="wechat_identity",
        columns=("openid_index", "openid_sealed", "unionid_index"),
        purpose="Signing her in, and sending her messages through WeChat",
        on_erasure="The row is deleted",
    ),
    PersonalData(
        table="consent",
        columns=("member_id", "notice_id", "agreed_at", "withdrawn_at"),
        purpose="Proving what she agreed to and when",
        on_erasure="Kept under the pseudonym: it proves that what was done then was allowed",
    ),
)
