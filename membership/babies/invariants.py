"""What always holds of babies, beyond what constraints can say."""

from foundation.invariants import Invariant

INVARIANTS = (
    Invariant(
        name="babies.of_somebody",
        sentence="A baby that is not destroyed belongs to a member who is one",
        breaks="SELECT baby.id FROM baby JOIN member ON member.id = baby.member_id"
        " WHERE baby.status <> 'destroyed' AND member.status IN ('merged', 'erased')",
    ),
    Invariant(
        name="babies.hidden_not_for_long",
        sentence="What was put away is destroyed after a week, and a day of grace for the clock",
        breaks="SELECT id FROM baby WHERE status = 'hidden'"
        " AND hidden_on < (now() AT TIME ZONE 'Asia/Shanghai')::date - 9",
    ),
    Invariant(
        name="babies.not_shared_with_herself",
        sentence="A share is somebody else's: its mother needs none",
        breaks="SELECT share.id FROM baby_share share JOIN baby ON baby.id = share.baby_id"
        " JOIN family_person person ON person.id = share.person_id AND person.member_id = baby.member_id",
    ),
    Invariant(
        name="babies.shared_by_their_mothers",
        sentence="A share that still holds was given by its mother, in the family to which both belong",
        breaks="SELECT share.id FROM baby_share share JOIN baby ON baby.id = share.baby_id"
        " JOIN family_person person ON person.id = share.person_id AND person.left_at IS NULL"
        " JOIN family_person giver ON giver.id = share.giver_id AND giver.left_at IS NULL"
        " WHERE giver.member_id <> baby.member_id OR giver.family_id <> person.family_id",
    ),
    Invariant(
        name="babies.nothing_shared_of_the_destroyed",
        sentence="Nothing of a destroyed baby is shared",
        breaks="SELECT share.id FROM baby_share share JOIN baby ON baby.id = share.baby_id"
        " WHERE baby.status = 'destroyed'",
    ),
    Invariant(
        name="babies.no_stage_of_the_destroyed",
        sentence="That a destroyed baby entered a stage is forgotten",
        breaks="SELECT entered.id FROM baby_stage entered JOIN baby ON baby.id = entered.baby_id"
        " WHERE baby.status = 'destroyed'",
    ),
)
