"""Makers: a family, and what its people earn and spend, as settlement and mall do it."""

from uuid import UUID, uuid4

from foundation.transactions import transactional
from membership import families, points
from membership.points import Kind, Source
from tests.makers.members import MadeMember, make_member


async def make_family(relatives: int = 1) -> tuple[MadeMember, list[MadeMember]]:
    """A head and her relatives, who have accepted."""
    head = await make_member()
    people = [await make_member() for _ in range(relatives)]
    for person in people:
        await join(head.id, person.id)
    return head, people


async def join(head_id: UUID, member_id: UUID) -> families.FamilyView:
    return await families.accept(member_id, (await families.invite(head_id)).code)


async def person_of(head_id: UUID, member_id: UUID) -> UUID:
    """The id under which a family knows one of its relatives."""
    family = await families.family(member_id)
    (person,) = (person for person in family.people if person.is_me)
    assert family.id == (await families.family(head_id)).id
    return person.id


async def allow(head_id: UUID, member_id: UUID, monthly_limit: int | None = None) -> None:
    await families.allow_spending(
        head_id, await person_of(head_id, member_id), may_spend=True, monthly_limit=monthly_limit
    )


@transactional
async def earn(member_id: UUID, amount: int, *, key: str | None = None, kind: Kind = Kind.PURCHASE) -> str:
    """A purchase settles; the prefix of the key its points were granted under."""
    prefix = key or f"{uuid4()}:"
    account_id = await families.account_of(member_id)
    await points.grant(
        account_id,
        amount,
        kind=kind,
        key=f"{prefix}1",
        expires_on=None,
        source=Source(by_member=None if account_id == member_id else member_id),
    )
    return prefix


async def owe(member_id: UUID, amount: int) -> None:
    """Goods come back whose points were spent: so much is owed, in whatever family the member is since."""
    prefix = await earn(member_id, amount)
    account_id, _ = await spend(member_id, amount)
    assert account_id == member_id, "it is owed by whose account earned it"
    await bring_back(member_id, prefix, amount)


@transactional
async def spend(member_id: UUID, amount: int) -> tuple[UUID, str]:
    """A gift is redeemed: (the account that paid, the key)."""
    account_id = await families.spender_account(member_id, amount)
    key = str(uuid4())
    source = Source(by_member=None if account_id == member_id else member_id)
    await points.spend(account_id, amount, kind=Kind.REDEMPTION, key=key, source=source)
    return account_id, key


@transactional
async def give_back(account_id: UUID, key: str, by_member: UUID | None = None) -> None:
    """What was redeemed is cancelled."""
    await points.give_back(
        account_id,
        kind=Kind.REDEMPTION_CANCELLED,
        key=key,
        spent_kind=Kind.REDEMPTION,
        spent_key=key,
        source=Source(by_member=by_member),
    )


@transactional
async def bring_back(member_id: UUID, prefix: str, amount: int, time: int = 2, *, kind: Kind = Kind.PURCHASE) -> None:
    """Goods of a purchase come back."""
    await families.account_of(member_id)
    await points.take_back_where_held(
        member_id,
        amount,
        kind=Kind.PURCHASE_RETURN,
        key=f"{prefix}{time}",
        granted_kind=kind,
        granted_key_prefix=prefix,
        source=Source(),
    )
