"""What must hold of her rights, beyond what constraints can say."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="privacy.erasures_are_written_down",
        sentence="Who was erased had a deletion that is done, and whose deletion is done was erased",
        breaks="SELECT m.id FROM member m"
        " LEFT JOIN member_deletion d ON d.member_id = m.id AND d.erased_at IS NOT NULL"
        " WHERE (m.status = 'erased') <> (d.id IS NOT NULL)",
    ),
    Invariant(
        name="privacy.nothing_leads_to_the_erased",
        sentence="WeChat knows nobody who was erased, and she has no address and no place in a family",
        breaks="SELECT m.id FROM member m JOIN (SELECT member_id FROM wechat_identity"
        " UNION ALL SELECT member_id FROM member_address"
        " UNION ALL SELECT member_id FROM family_person WHERE left_at IS NULL) left_over ON left_over.member_id = m.id"
        " WHERE m.status = 'erased'",
    ),
    Invariant(
        name="privacy.deletions_are_finished",
        sentence="A deletion that has begun is done within a day",
        breaks="SELECT id FROM member_deletion WHERE erased_at IS NULL AND begun_at < now() - interval '1 day'",
    ),
    Invariant(
        name="privacy.copies_do_not_stay",
        sentence="The file of a copy of her data is gone two hours after its day",
        breaks="SELECT id FROM data_export WHERE file IS NOT NULL AND expires_at < now() - interval '2 hours'",
    ),
)
