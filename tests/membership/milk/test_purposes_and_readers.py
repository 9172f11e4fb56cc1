"""Each purpose and each reader: who reads what, for every set of purposes that she can tick."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import combinations
from uuid import UUID

import pytest

from foundation import clock, database
from foundation.errors import Problem
from foundation.pages import PageQuery
from membership import authorizations, babies, growth, milk, vaccinations
from membership.authorizations import PURPOSES, Purpose
from membership.babies import doors, entering
from tests.makers.babies import authorize, make_mother, make_relative
from tests.makers.growth import measure
from tests.makers.members import MadeMember
from tests.makers.milk import buy, make_drinker, make_formula
from tests.makers.purchases import make_shop
from tests.makers.stages import hearing

pytestmark = pytest.mark.usefixtures("world")

SETS = [frozenset(ticked) for size in range(1, 6) for ticked in combinations(PURPOSES, size)]
Reader = Callable[[], Awaitable[bool]]


class Home:
    """A child whose formula runs out this week, its mother, a guardian and a relative."""

    mother: MadeMember
    child: UUID
    guardian: UUID
    relative: UUID

    async def furnish(self) -> None:
        self.mother = await make_mother(*PURPOSES)
        can = await make_formula()
        self.child = await make_drinker(self.mother.id, can.sku)
        await buy(await make_shop(), self.mother.id, can.sku)
        await measure(self.mother.id, self.child)
        self.guardian = (await make_relative(self.mother.id, self.child, "guardian"))[0].id
        self.relative = (await make_relative(self.mother.id, self.child))[0].id

    def readers(self) -> dict[str, tuple[frozenset[Purpose], Reader]]:
        """By name: the purposes that it needs, all of them, and whether it reads the child now."""
        service: frozenset[Purpose] = frozenset({"service"})
        mother, child = self.mother.id, self.child
        found: dict[str, tuple[frozenset[Purpose], Reader]] = {
            "mother": (service, lambda: opens(babies.open_baby(mother, child))),
            "mother's list": (service, lambda: lists(babies.babies_of(mother), child)),
            "guardian": (service, lambda: opens(babies.open_baby(self.guardian, child))),
            "guardian's list": (service, lambda: lists(babies.open_babies(self.guardian), child)),
            "relative": (service, lambda: opens(babies.glimpse(self.relative, child))),
            "screen": (service, lambda: opens(babies.look(mother, child))),
            "growth": (service, lambda: opens(growth.records(mother, child, PageQuery()))),
            "vaccinations": (service, lambda: opens(vaccinations.plan_of(mother, child))),
            "milk": (service, lambda: opens(milk.milk_of(mother, child))),
            "running out": (service | {"store_reminders"}, self._runs_out),
        }
        for purpose in PURPOSES:
            both = service | {purpose}
            found[f"staff for {purpose}"] = (both, lambda p=purpose: opens(babies.open_for_staff(child, p)))  # type: ignore[misc]  # mypy: defaults of a lambda
            found[f"job for {purpose}"] = (both, lambda p=purpose: self._in_a_page(p))  # type: ignore[misc]  # as above
            found[f"household for {purpose}"] = (
                both,
                lambda p=purpose: lists(babies.open_theirs(p, [mother]), child),  # type: ignore[misc]  # as above
            )
            found[f"stage heard for {purpose}"] = (both, lambda p=purpose: self._hears(p))  # type: ignore[misc]  # as above
        return found

    async def _in_a_page(self, purpose: Purpose) -> bool:
        page, _ = await doors.open_page(purpose, UUID(int=self.child.int - 1), 1)
        return [each.id for each in page] == [self.child]

    async def _runs_out(self) -> bool:
        week = clock.today() + timedelta(days=7)
        batch = await milk.running_out(week, UUID(int=self.child.int - 1), 1000)
        return any(self.child in each.baby_ids for each in batch.found)

    async def _hears(self, purpose: Purpose) -> bool:
        """As if it had just entered its stage."""
        await database.execute("UPDATE baby_stage SET heard = false WHERE baby_id = $1", self.child)
        with hearing(purpose) as heard:
            await entering.tell_entered(self.child)
        return [each[0] for each in heard] == [self.child]


async def opens(reading: Awaitable[object]) -> bool:
    try:
        return await reading is not None
    except Problem:
        return False


async def lists(reading: Awaitable[list[babies.BabyRecord]] | Awaitable[list[babies.Glimpse]], child: UUID) -> bool:
    return child in {each.id for each in await reading}


async def reading_now(home: Home) -> set[str]:
    return {name for name, (_, reads) in home.readers().items() if await reads()}


async def test_every_reader_for_every_set_of_purposes() -> None:
    home = Home()
    await home.furnish()
    needs = {name: needed for name, (needed, _) in home.readers().items()}
    for ticked in SETS:
        await authorize(home.mother.id, *sorted(ticked))
        assert await reading_now(home) == {name for name, needed in needs.items() if needed <= ticked}, sorted(ticked)


@pytest.mark.parametrize("purpose", PURPOSES)
async def test_what_is_taken_back_by_itself_is_felt_on_the_next_read(purpose: Purpose) -> None:
    home = Home()
    await home.furnish()
    assert await reading_now(home) == set(home.readers())
    await authorizations.withdraw(home.mother.id, [purpose])
    left = {name for name, (needed, _) in home.readers().items() if purpose not in needed}
    assert await reading_now(home) == left
    assert bool(left) is (purpose != "service"), "without the service nobody reads anything"
