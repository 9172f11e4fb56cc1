"""What must hold of the members' rows, beyond what constraints can say."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="members.merged_once",
        sentence="A member who was merged leads to one who was not",
        breaks="SELECT m.id FROM member m JOIN member t ON t.id = m.merged_into_id WHERE t.status = 'merged'",
    ),
    Invariant(
        name="members.merged_is_nobody",
        sentence="WeChat knows nobody who was merged",
        breaks="SELECT m.id FROM member m JOIN wechat_identity w ON w.member_id = m.id WHERE m.status = 'merged'",
    ),
    Invariant(
        name="members.wechat_members_are_known_to_wechat",
        sentence="A member made by a WeChat login has a WeChat identity until she is erased",
        breaks="SELECT m.id FROM member m LEFT JOIN wechat_identity w ON w.member_id = m.id"
        " WHERE m.origin = 'wechat' AND m.status IN ('active', 'banned') AND w.id IS NULL",
    ),
    Invariant(
        name="members.phone_with_consent",
        sentence="A phone that a member verified is kept only while she stands by a notice `privacy`",
        breaks="SELECT m.id FROM member m WHERE m.phone_verified_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM consent c"
        " JOIN notice n ON n.id = c.notice_id AND n.code = 'privacy'"
        " WHERE c.member_id = m.id AND c.withdrawn_at IS NULL)",
    ),
)
