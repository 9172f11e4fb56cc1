"""What always holds of disclosures, beyond what constraints can say."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="disclosures.looked_at_while_open",
        sentence="Every look was taken between the approval and the end of what was approved",
        breaks="SELECT look.id FROM disclosure_look look JOIN disclosure ON disclosure.id = look.disclosure_id"
        " WHERE disclosure.granted IS NOT TRUE OR look.looked_at < disclosure.decided_at"
        " OR look.looked_at > disclosure.open_until OR look.looked_at > disclosure.ended_at",
    ),
    Invariant(
        name="disclosures.looked_at_what_was_approved",
        sentence="Every look at a child was at a part that was approved, and no other look was at a part",
        breaks="SELECT look.id FROM disclosure_look look JOIN disclosure ON disclosure.id = look.disclosure_id"
        " WHERE CASE WHEN look.part IS NULL THEN disclosure.baby_id IS NOT NULL"
        " ELSE look.part <> ALL (disclosure.granted_parts) END",
    ),
    Invariant(
        name="disclosures.of_the_mother",
        sentence="A disclosure about a child is told to the one who wrote the child down",
        breaks="SELECT disclosure.id FROM disclosure JOIN baby ON baby.id = disclosure.baby_id"
        " WHERE baby.member_id <> disclosure.member_id",
    ),
)
