"""What must hold of joining."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="enrolment.gifts_are_in_the_ledger",
        sentence="Every gift that was given is in the points ledger with its amount",
        breaks="SELECT c.id FROM gift_claim c LEFT JOIN points_entry e ON e.key = c.id::text"
        " AND e.kind = CASE c.gift_id WHEN 'welcome' THEN 'welcome_gift' ELSE 'profile_gift' END"
        " WHERE e.amount IS DISTINCT FROM c.points",
    ),
    Invariant(
        name="enrolment.merges_are_recorded",
        sentence="For every member who was merged a record says into whom and what moved",
        breaks="SELECT m.id FROM member m LEFT JOIN member_merge r ON r.from_member_id = m.id"
        " WHERE m.status = 'merged' AND r.into_member_id IS DISTINCT FROM m.merged_into_id",
    ),
)
