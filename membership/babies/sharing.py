"""Writes and reads: who of the family sees a baby, and as what."""

from typing import Literal, NoReturn
from uuid import UUID, uuid4

import msgspec

from foundation import database
from foundation.transactions import transactional, within_transaction
from membership import members
from membership.babies import doors, said
from membership.babies.errors import GuardianOnly, OnlyTheMother
from membership.families import PersonNotFound

ShareRole = Literal["guardian", "relative"]

# The person belongs to the mother's family now; that both still do is asked again at every reading.
SHARE = """
INSERT INTO baby_share (id, baby_id, person_id, giver_id, role)
SELECT $1, $2, person.id, mother.id, $5 FROM family_person person
  JOIN family_person mother ON mother.family_id = person.family_id AND mother.member_id = $3 AND mother.left_at IS NULL
 WHERE person.id = $4 AND person.left_at IS NULL AND person.member_id <> $3
ON CONFLICT (baby_id, person_id) DO UPDATE SET role = EXCLUDED.role, giver_id = EXCLUDED.giver_id
"""
HERS = "SELECT true FROM baby WHERE id = $1 AND member_id = $2 AND status = 'open'"
SHARES = """
SELECT baby.id, share.person_id, share.role, person.member_id
  FROM baby
  LEFT JOIN family_person mother ON mother.member_id = baby.member_id AND mother.left_at IS NULL
  LEFT JOIN family_person person ON person.family_id = mother.family_id AND person.left_at IS NULL
   AND person.id <> mother.id
  LEFT JOIN baby_share share ON share.baby_id = baby.id AND share.person_id = person.id AND share.giver_id = mother.id
 WHERE baby.id = $2 AND baby.member_id = $1 AND baby.status = 'open'
 ORDER BY person.id
"""
# She was two of one family: one of her places ends, and what she gave by it goes on by the other.
SAME_FAMILY = """
UPDATE baby_share share SET giver_id = stays.id FROM baby, family_person gone, family_person stays
 WHERE gone.member_id = $1 AND gone.left_at IS NULL AND stays.member_id = $2 AND stays.left_at IS NULL
   AND stays.family_id = gone.family_id AND baby.member_id = $2 AND share.baby_id = baby.id AND share.giver_id = gone.id
"""


class ShareView(msgspec.Struct, frozen=True):
    """Who sees a baby: a person of the family, with his masked name, and as what."""

    person_id: UUID
    name: str
    role: ShareRole


@transactional
async def share_with(member_id: UUID, baby_id: UUID, person_id: UUID, role: ShareRole) -> list[ShareView]:
    """The mother lets a person of her family see a baby, or sees to it that he sees more or less; who sees it then.

    Raises `OnlyTheMother` (for whoever else sees it), `families.PersonNotFound`, `BabyNotFound`,
    `AuthorizationRequired`.
    """
    try:
        baby = await doors.hold_baby(member_id, baby_id)
    except GuardianOnly:
        raise OnlyTheMother from None
    if baby.member_id != member_id:
        raise OnlyTheMother
    if not await database.execute(SHARE, uuid4(), baby_id, member_id, person_id, role):
        raise PersonNotFound
    await said.shared(baby_id, person_id, role)
    return await shares(member_id, baby_id)


@transactional
async def stop_sharing(member_id: UUID, baby_id: UUID, person_id: UUID) -> None:
    """He sees it no more. Again: nothing happens; needs no authorization. Raises `BabyNotFound`, `OnlyTheMother`."""
    if not await database.fetchval(HERS, baby_id, member_id):
        await _refuse(member_id, baby_id)
    if await database.execute("DELETE FROM baby_share WHERE baby_id = $1 AND person_id = $2", baby_id, person_id):
        await said.shared(baby_id, person_id, None)


async def shares(member_id: UUID, baby_id: UUID) -> list[ShareView]:
    """Who of her family sees a baby of hers now. Raises `BabyNotFound`, `OnlyTheMother`."""
    rows = await database.fetch(SHARES, member_id, baby_id)
    if not rows:
        await _refuse(member_id, baby_id)
    seeing = [row for row in rows if row["role"] is not None]
    names = await members.names_masked([row["member_id"] for row in seeing])
    return [ShareView(row["person_id"], names[row["member_id"]], row["role"]) for row in seeing]


async def _refuse(member_id: UUID, baby_id: UUID) -> NoReturn:
    """Sharing is its mother's. Raises `BabyNotFound` for who does not see it, `OnlyTheMother` for who does."""
    await doors.glimpse(member_id, baby_id)
    raise OnlyTheMother


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: her babies follow her, with whom they are shared; how many were open or
    hidden. Nothing is shared with herself afterwards. The caller holds both, and moves the families afterwards."""
    moved = await database.execute(
        "UPDATE baby SET member_id = $2, place = place +"
        " (SELECT coalesce(max(place), 0) FROM baby others WHERE others.member_id = $2) WHERE member_id = $1",
        from_member,
        to_member,
    )
    await database.execute(SAME_FAMILY, from_member, to_member)
    await database.execute(
        "DELETE FROM baby_share share USING baby, family_person person WHERE baby.id = share.baby_id"
        " AND baby.member_id = $2 AND person.id = share.person_id AND person.member_id IN ($1, $2)",
        from_member,
        to_member,
    )
    return moved
