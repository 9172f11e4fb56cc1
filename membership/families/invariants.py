"""What always holds of families."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="families.people_belong_to_living_families",
        sentence="A family that is not dissolved has its head and at most six people; a dissolved one has nobody.",
        breaks="""
            SELECT family.id, family.dissolved_at, count(person.id) AS people
              FROM family LEFT JOIN family_person person ON person.family_id = family.id AND person.left_at IS NULL
             GROUP BY family.id
            HAVING CASE WHEN family.dissolved_at IS NULL
                        THEN count(person.id) > 6
                          OR count(person.id) FILTER (WHERE person.member_id = family.head_id) <> 1
                        ELSE count(person.id) > 0 END
        """,
    ),
    Invariant(
        name="families.relatives_were_invited",
        sentence="Everybody but the head came by an invitation of this family that was accepted.",
        breaks="""
            SELECT person.id FROM family_person person
              JOIN family ON family.id = person.family_id
              LEFT JOIN family_invitation invitation ON invitation.id = person.invitation_id
             WHERE person.left_at IS NULL AND person.member_id <> family.head_id
               AND (invitation.family_id IS DISTINCT FROM person.family_id OR invitation.accepted_at IS NULL)
        """,
    ),
    Invariant(
        name="families.nothing_of_those_who_left",
        # What came back of a cancelled order had been spent when he left: it stays.
        sentence="Points that a relative earned and nobody spent are not left behind when he leaves.",
        breaks="""
            SELECT lot.id, person.id AS person FROM family_person person
              JOIN family ON family.id = person.family_id
              JOIN points_entry entry ON entry.by_member_id = person.member_id AND entry.member_id = family.head_id
               AND entry.reverses_id IS NULL AND entry.created_at < person.left_at
              JOIN points_lot lot ON lot.entry_id = entry.id AND lot.member_id = family.head_id AND lot.remaining > 0
             WHERE person.left_at IS NOT NULL
               AND NOT EXISTS (SELECT FROM points_lot_use used WHERE used.lot_id = lot.id AND used.amount < 0)
        """,
    ),
)
