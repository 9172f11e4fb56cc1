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
        name="disclosures.of_the_mother",
        sentence="A disclosure about a child is told to the one who wrote the child down",
        breaks="SELECT disclosure.id FROM disclosure JOIN baby ON baby.id = disclosure.baby_id"
        " WHERE baby.member_id <> disclosure.member_id",
    ),
)
