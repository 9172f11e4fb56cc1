"""Steps: whose account a member earns into and spends from. Both lock her place in the family until the commit.

Exclusively, because what she earns and spends together must be right: a debt is repaid once, a monthly limit holds.
Her own verbs wait for each other at the account anyway.
"""

from uuid import UUID

import msgspec

from foundation import database
from foundation.transactions import within_transaction
from membership import points
from membership.families.errors import MonthlyLimitReached, SpendingNotAllowed

# A leaving takes the same row: it settles after whatever earns or spends through this place has committed, and who asks
# after the leaving finds no place any more.
PLACE = f"""
SELECT person.may_spend, person.monthly_limit, family.head_id, head.status = 'active' AS head_active,
       {points.OWES.format("$1")} AS owed
  FROM family_person person JOIN family ON family.id = person.family_id JOIN member head ON head.id = family.head_id
 WHERE person.member_id = $1 AND person.left_at IS NULL
"""  # noqa: S608  # our own constant
HELD = f"{PLACE} FOR NO KEY UPDATE OF person"

TOGETHER = """
SELECT EXISTS (SELECT FROM family_person one JOIN family_person other ON other.family_id = one.family_id
                WHERE one.member_id = $1 AND one.left_at IS NULL AND other.member_id = $2 AND other.left_at IS NULL)
"""


class _Place(msgspec.Struct, frozen=True):
    """A member's place in a family that is not hers alone to forget."""

    may_spend: bool
    monthly_limit: int | None
    head_id: UUID
    head_active: bool
    owed: bool
    """Whether he had a debt of his own when his place was asked for."""


PURSE = f"""
SELECT ({points.SPENDABLE.format("$1")}) AS own, ({points.SPENDABLE.format("place.head_id")}) AS family, place.may_spend
  FROM (SELECT) one
  LEFT JOIN (SELECT family.head_id, person.may_spend AND head.status = 'active' AS may_spend
               FROM family_person person JOIN family ON family.id = person.family_id
               JOIN member head ON head.id = family.head_id
              WHERE person.member_id = $1 AND person.left_at IS NULL AND family.head_id <> $1) place ON true
"""  # noqa: S608  # our own constants


class Purse(msgspec.Struct, frozen=True):
    """What a member can spend now: `own`, and what her family's account holds when she belongs to one as a relative
    (None for everybody else), which is shown to her although she may not spend it."""

    own: int
    family: int | None
    may_spend: bool

    @property
    def most(self) -> int:
        """The most that one spending of hers can take."""
        return max(self.own, self.family) if self.family is not None and self.may_spend else self.own


@within_transaction
async def account_of(member_id: UUID) -> UUID:
    """Whose points account her purchases, scans and tasks earn into: the family's head, or herself. One query.

    Whoever owes points earns for himself until the debt is repaid; and everybody does while the head is banned, whose
    account earns nothing. When it is not the member's own, the caller writes her into the entry
    (`points.Source.by_member`): what she earned leaves with her.
    """
    place = await _place(member_id)
    if place is None or not place.head_active:
        return member_id
    # Asked again when there was one: the place was waited for, perhaps for the earning that repaid it.
    if place.head_id != member_id and place.owed and (await points.summary(member_id)).debt:
        return member_id
    return place.head_id


@within_transaction
async def spender_account(member_id: UUID, amount: int) -> UUID:
    """Whose points a spending of hers takes. One query for whoever has no family or is its head.

    A relative spends his own points when they reach (what he had before he joined), else the family's, if he may.
    Raises `SpendingNotAllowed`, `MonthlyLimitReached`.
    """
    place = await _place(member_id)
    if place is None or place.head_id == member_id:
        return member_id
    if (await points.summary(member_id)).balance >= amount:
        return member_id
    if not place.may_spend or not place.head_active:
        raise SpendingNotAllowed
    if place.monthly_limit is not None:
        left = place.monthly_limit - await points.spent_this_month(place.head_id, member_id)
        if amount > left:
            raise MonthlyLimitReached(left=max(left, 0))
    return place.head_id


async def are_family(one: UUID, other: UUID) -> bool:
    """Whether two members belong to one family, whatever account each earns into."""
    together: bool = await database.fetchval(TOGETHER, one, other)
    return together


async def purse(member_id: UUID) -> Purse:
    """For screens. One query."""
    row = await database.fetchrow(PURSE, member_id)
    assert row is not None, "a SELECT without FROM has a row"
    return Purse(row["own"], row["family"] if row["may_spend"] is not None else None, bool(row["may_spend"]))


async def _place(member_id: UUID) -> _Place | None:
    row = await database.fetchrow(HELD, member_id)
    return None if row is None else _Place(**row)
