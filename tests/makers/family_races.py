"""A family and everybody at once, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from foundation import database
from foundation.transactions import transactional
from membership import families, points
from membership.families import inviting, places
from membership.points import Kind, Source
from tests.makers.families import allow, earn, join, make_family, owe, spend
from tests.makers.members import make_member
from tests.makers.points import account_of

UNLOCKED_PLACE = places.PLACE
UNLOCKED_FAMILY = inviting.LOCK.replace(" FOR NO KEY UPDATE", "")
REUSABLE_CODE = inviting.TAKE.replace(" AND accepted_at IS NULL", "")

PAUSE_SECONDS = 0.2
"""How long a transaction waits for the leaving that it holds up; without the safeguard the leaving comes first."""
LONG_SECONDS = 10.0
"""For the controls: the leaving needs no more than its own time, however busy the machine is."""


async def at_once(work: list[Callable[[], Awaitable[object]]]) -> Counter[str]:
    """How many of each type of result or exception."""
    results = await asyncio.gather(*(each() for each in work), return_exceptions=True)
    return Counter(type(result).__name__ for result in results)


async def _leave_meanwhile(
    member_id: UUID, began: asyncio.Event, work: Callable[[asyncio.Task[families.Left]], Awaitable[None]]
) -> None:
    async def leave() -> families.Left:
        await began.wait()
        return await families.leave(member_id)

    leaving = asyncio.create_task(leave())
    await asyncio.gather(work(leaving), leaving)


async def settle_while_he_leaves(seconds: float = PAUSE_SECONDS) -> tuple[tuple[int, int], tuple[int, int]]:
    """A purchase has asked for its account when he leaves, and pays afterwards: (head's account, his)."""
    head, (relative,) = await make_family()
    began = asyncio.Event()

    @transactional
    async def settle(leaving: asyncio.Task[families.Left]) -> None:
        account_id = await families.account_of(relative.id)
        began.set()
        await asyncio.wait({leaving}, timeout=seconds)
        source = Source(by_member=None if account_id == relative.id else relative.id)
        await points.grant(account_id, 100, kind=Kind.PURCHASE, key=f"{uuid4()}:1", expires_on=None, source=source)

    await _leave_meanwhile(relative.id, began, settle)
    outcome = await account_of(head.id), await account_of(relative.id)
    if outcome[0][0]:
        await spend(head.id, outcome[0][0])  # what a control left behind must not break other tests' invariants
    return outcome


def expect_nothing_left_behind(outcome: tuple[tuple[int, int], tuple[int, int]]) -> None:
    assert outcome == ((0, 0), (100, 0))


async def spend_while_he_leaves(seconds: float = PAUSE_SECONDS) -> list[str]:
    """A redemption of his has asked for its account when he leaves, and spends afterwards: what he did there, in
    order."""
    head, (relative,) = await make_family()
    await earn(head.id, 100)
    await earn(relative.id, 100)
    await allow(head.id, relative.id)
    began = asyncio.Event()

    @transactional
    async def redeem(leaving: asyncio.Task[families.Left]) -> None:
        account_id = await families.spender_account(relative.id, 50)
        began.set()
        await asyncio.wait({leaving}, timeout=seconds)
        source = Source(by_member=relative.id)
        await points.spend(account_id, 50, kind=Kind.REDEMPTION, key=str(uuid4()), source=source)

    await _leave_meanwhile(relative.id, began, redeem)
    rows = await database.fetch(
        "SELECT kind FROM points_entry WHERE member_id = $1 AND by_member_id = $2 ORDER BY id", head.id, relative.id
    )
    return [row["kind"] for row in rows]


def expect_nothing_spent_after_leaving(did: list[str]) -> None:
    assert did == ["purchase", "redemption", "family_out"]


async def earnings_of_one_who_owes(times: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """A relative owes 30, and many purchases of 100 settle at once, each a moment after it asked for its account:
    (head's account, his)."""
    head, relative = await make_member(), await make_member()
    await owe(relative.id, 30)
    await join(head.id, relative.id)

    @transactional
    async def settle() -> None:
        account_id = await families.account_of(relative.id)
        await asyncio.sleep(0.05)
        source = Source(by_member=None if account_id == relative.id else relative.id)
        await points.grant(account_id, 100, kind=Kind.PURCHASE, key=f"{uuid4()}:1", expires_on=None, source=source)

    assert await at_once([settle] * times) == {"NoneType": times}
    return await account_of(head.id), await account_of(relative.id)


def expect_one_to_repay(outcome: tuple[tuple[int, int], tuple[int, int]], times: int) -> None:
    assert outcome == ((100 * (times - 1), 0), (70, 0))


async def earn_and_leave_at_once(relatives: int) -> tuple[int, int]:
    """Everybody earns 100 and leaves at the same moment: (what the head has, what all have together)."""
    head, people = await make_family(relatives)

    def pair(member_id: UUID) -> list[Callable[[], Awaitable[object]]]:
        return [lambda: earn(member_id, 100), lambda: families.leave(member_id)]

    results = await at_once([work for person in people for work in pair(person.id)])
    assert results == {"str": relatives, "Left": relatives}
    accounts = [await account_of(person.id) for person in people]
    return (await account_of(head.id))[0], sum(balance for balance, _ in accounts)


async def limited_spendings_at_once(times: int) -> Counter[str]:
    """One relative with a limit of 100 spends 60 many times at once."""
    head, (relative,) = await make_family()
    await earn(head.id, 60 * times)
    await allow(head.id, relative.id, monthly_limit=100)

    @transactional
    async def redeem() -> None:
        account_id = await families.spender_account(relative.id, 60)
        source = Source(by_member=relative.id)
        await points.spend(account_id, 60, kind=Kind.REDEMPTION, key=str(uuid4()), source=source)

    return await at_once([redeem] * times)


def expect_one_within_the_limit(results: Counter[str], times: int) -> None:
    assert results == {"NoneType": 1, "MonthlyLimitReached": times - 1}


async def accept_one_code(times: int) -> Counter[str]:
    """Many members use one code."""
    head = await make_member()
    code = (await families.invite(head.id)).code
    people = [await make_member() for _ in range(times)]
    return await at_once([lambda each=each: families.accept(each.id, code) for each in people])  # type: ignore[misc]  # mypy: defaults of a lambda


def expect_one_relative(results: Counter[str], times: int) -> None:
    assert results == {"FamilyView": 1, "InvitationNotFound": times - 1}


async def accept_the_last_place(times: int) -> tuple[Counter[str], int]:
    """Five are a family, and many hold codes: (results, people afterwards)."""
    head, _ = await make_family(4)
    codes = [(await families.invite(head.id)).code for _ in range(times)]
    people = [await make_member() for _ in range(times)]
    results = await at_once(
        [lambda each=each, code=code: families.accept(each.id, code) for each, code in zip(people, codes, strict=True)]  # type: ignore[misc]  # as above
    )
    people_then = len((await families.family(head.id)).people)
    await families.leave(head.id)  # what a control has made too large must not break other tests' invariants
    return results, people_then


def expect_six(outcome: tuple[Counter[str], int], times: int) -> None:
    assert outcome == ({"FamilyView": 1, "FamilyFull": times - 1}, 6)


async def invite_at_once(times: int) -> int:
    """Somebody without a family invites several at once: how many families there are."""
    head = await make_member()
    results = await at_once([lambda: families.invite(head.id)] * times)
    assert results == {"NewInvitation": times}
    count: int = await database.fetchval("SELECT count(*) FROM family WHERE head_id = $1", head.id)
    return count
