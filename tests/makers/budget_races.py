"""What comes back of a budget while the rule is changed, shared by the short test and the long one in tests/races."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest

from foundation import clock, database
from foundation.transactions import transactional
from membership import earning
from membership.earning import making, paying
from tests.makers.earning import STAFF, in_force
from tests.makers.purchases import make_buyer
from tests.makers.redemption_races import gather
from tests.waiting import blocked_or_done

CHANGES = 4

NOT_HELD = paying.CURRENT
"""The rule's current version, not locked."""


@transactional
async def reserve(member_id: UUID, code: str, points: int) -> str:
    """A sale comes in: the key under which it reserved all it asked for."""
    key = str(uuid4())
    room: Mapping[str, int] = await paying.reserve(
        earning.Purchase, member_id, {code: points}, key=key, day=clock.today()
    )
    assert room == {code: points}
    return key


@transactional
async def release(code: str, key: str, points: int, time: int = 1) -> None:
    """Goods of that sale come back."""
    await earning.release(code, key=key, released_key=f"{key}:{time}", amount=points)


@transactional
async def room(member_id: UUID, code: str, points: int) -> int:
    """How much of these points a sale that comes in now may bring."""
    reserved = await paying.reserve(earning.Purchase, member_id, {code: points}, key=str(uuid4()), day=clock.today())
    return reserved.get(code, 0)


async def budget_of(code: str) -> list[tuple[Any, ...]]:
    """(budget, spent before, spent) of each version."""
    rows = await database.fetch(
        "SELECT budget, spent_before, spent FROM earn_rule WHERE code = $1 ORDER BY version", code
    )
    return [tuple(row) for row in rows]


async def release_in_the_middle_of_a_change(monkeypatch: pytest.MonkeyPatch) -> tuple[list[tuple[Any, ...]], int]:
    """A change has added up what was spent, and not yet written the next version, when all of it comes back: (budget,
    spent before, spent) of both versions, and the room there is."""
    member_id, going_on, write = (await make_buyer()).id, asyncio.Event(), making._write
    added_up = asyncio.Event()

    async def and_wait(*args: Any, **kwargs: Any) -> earning.Rule:
        added_up.set()
        await going_on.wait()
        return await write(*args, **kwargs)

    async with in_force(earning.Purchase, {"numerator": 2}, budget=10) as rule:
        key = await reserve(member_id, rule.code, 10)
        with monkeypatch.context() as patch:
            patch.setattr(making, "_write", and_wait)
            changing = asyncio.create_task(earning.change_rule(STAFF, rule.id, {"name": "新名字"}))
            await added_up.wait()
            releasing = asyncio.create_task(release(rule.code, key, 10))
            await blocked_or_done(releasing)
            going_on.set()
            await asyncio.gather(changing, releasing)
        return await budget_of(rule.code), await room(member_id, rule.code, 11)


def expect_room_in_the_new_version(outcome: tuple[list[tuple[Any, ...]], int]) -> None:
    assert outcome == ([(10, 0, 10), (10, 10, -10)], 10)


async def release_while_it_is_changed(releases: int) -> tuple[list[object], int, int]:
    """Sales come back one by one while the rule is changed again and again, in one change without its budget:
    (what was refused, what is still counted, the room there is for all)."""
    member_id = (await make_buyer()).id
    async with in_force(earning.Purchase, {"numerator": 2}, budget=releases) as rule:
        keys = [await reserve(member_id, rule.code, 1) for _ in range(releases)]

        async def change() -> None:
            for number in range(CHANGES):
                current = await earning.find_rule(rule.code)
                assert current is not None
                changes: dict[str, Any] = {"name": f"第{number}版", "budget": None if number == 1 else releases}
                await earning.change_rule(STAFF, current.id, changes)

        results = await gather([change, *(lambda key=key: release(rule.code, key, 1) for key in keys)])
        counted = sum(spent for _, _, spent in await budget_of(rule.code))
        return [each for each in results if each is not None], counted, await room(member_id, rule.code, releases + 1)


def expect_all_the_room(outcome: tuple[list[object], int, int], releases: int) -> None:
    assert outcome == ([], 0, releases)
