"""Makers: mothers who authorized, children, pregnancies, and relatives who see them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from foundation import clock
from membership import authorizations, babies, members
from membership.authorizations import Purpose
from membership.babies import BabyDetails, ShareRole
from tests.makers.families import join, person_of
from tests.makers.members import MadeMember, agree_to_privacy, make_member


async def authorize(member_id: UUID, *purposes: Purpose) -> authorizations.AuthorizationView:
    """As a guardian, for these purposes alone; for the service when none is named. Agrees to `privacy` if need be."""
    if not await members.has_consented(member_id, members.PRIVACY):
        await agree_to_privacy(member_id)
    version = (await authorizations.text()).version
    return await authorizations.answer(member_id, version, purposes or ("service",), is_guardian=True)


async def make_mother(*purposes: Purpose) -> MadeMember:
    """A member who authorized."""
    mother = await make_member()
    await authorize(mother.id, *purposes)
    return mother


async def make_child(mother_id: UUID, birth_date: date | None = None, nickname: str = "小满", **details: Any) -> UUID:
    """A child of hers, a hundred days old unless she says another day."""
    birth_date = birth_date or clock.today() - timedelta(days=100)
    (view,) = await babies.add(mother_id, [BabyDetails(nickname=nickname, birth_date=birth_date, **details)])
    return view.id


async def make_pregnancy(mother_id: UUID, due_date: date | None = None, nickname: str = "豆豆") -> UUID:
    """A pregnancy of hers, 20 weeks + 0 unless she says another day."""
    due_date = due_date or clock.today() + timedelta(days=140)
    (view,) = await babies.add(mother_id, [BabyDetails(nickname=nickname, due_date=due_date)])
    return view.id


async def make_relative(mother_id: UUID, baby_id: UUID, role: ShareRole = "relative") -> tuple[MadeMember, UUID]:
    """Somebody of her family who sees the baby: (he, his place in the family)."""
    relative = await make_member()
    await join(mother_id, relative.id)
    person_id = await person_of(mother_id, relative.id)
    await babies.share_with(mother_id, baby_id, person_id, role)
    return relative, person_id


async def make_plan(mother_id: UUID, nickname: str = "") -> UUID:
    """She tries for a baby; without a nickname unless she says one."""
    (view,) = await babies.add(mother_id, [BabyDetails(nickname=nickname, trying=True)])
    return view.id
