"""Codes entered and rewards settled at the same moment, shared by the short tests and the long ones in tests/races.

`expect_*` says what must have happened; the control switches the safeguard off and must fail.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from foundation import database
from membership import points, referrals
from membership.referrals import actions, jobs
from tests.makers.members import make_member
from tests.makers.redemption_races import gather, kinds
from tests.makers.referrals import FRIEND, REFERRER, Programme, brought, buys, code_of, referral_of

HELD_OPEN = 0.3
"""Seconds; what runs at the same time needs a few milliseconds."""


async def a_circle_of_four() -> tuple[Counter[str], int]:
    """Of four new members two were brought by their neighbours; the other two, who have nobody in common, enter the
    codes that would close the circle: (results, how many stand in the table)."""
    people = [await make_member() for _ in range(4)]
    codes = [await code_of(person) for person in people]

    def enters(place: int) -> Callable[[], Awaitable[object]]:
        return lambda: referrals.enter(people[place].id, codes[(place + 1) % 4])

    async with Programme():
        await enters(0)()
        await enters(2)()
        results = await gather([enters(1), enters(3)])
    made = await database.fetchval(
        "SELECT count(*) FROM referral WHERE friend_id = ANY($1::uuid[])", [person.id for person in people]
    )
    return kinds(results), made


def expect_no_circle(outcome: tuple[Counter[str], int]) -> None:
    assert outcome == ({"NoneType": 1, "ReferralLoop": 1}, 3)


async def many_settlements(times: int) -> tuple[Counter[str], int, int]:
    """One referral that is due, settled many times at once: (results, the referrer's points, the friend's)."""
    referrer = await make_member()
    async with Programme():
        friend = await brought(referrer, days_ago=20)
        await buys(friend, days_ago=10)
        referral_id = await referral_of(friend)
        results = await gather([lambda: jobs.settle(referral_id)] * times)
    bought = 100
    return (
        Counter(str(result) for result in results),
        (await points.summary(referrer.id)).balance,
        (await points.summary(friend.id)).balance - bought,
    )


def expect_one_settlement(outcome: tuple[Counter[str], int, int], times: int) -> None:
    assert outcome == ({"rewarded": 1, "None": times - 1}, REFERRER, FRIEND)


def switch_the_lock_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the control: nobody waits, and whoever has looked takes a while to write."""
    execute = database.execute

    async def unlocked(query: str, *arguments: Any) -> int:
        return await execute(query.replace("pg_advisory_xact_lock($1)", "$1::bigint"), *arguments)

    monkeypatch.setattr(database, "execute", unlocked)
    monkeypatch.setattr(actions, "ABOVE", f"{actions.ABOVE}, pg_sleep({HELD_OPEN})")
