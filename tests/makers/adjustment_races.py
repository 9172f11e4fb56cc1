"""Many adjustments at once, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

import asyncio
from collections import Counter
from uuid import UUID

from foundation import database
from membership import adjustments
from membership.adjustments import allowances
from membership.staff import Role
from tests.makers.points import account_of, entries_of, make_account
from tests.makers.staff import make_staff
from tests.makers.stores import make_store

CLERK_PER_ADJUSTMENT, CLERK_PER_DAY = 200, 1000
"""As the migration plants them."""

UNLOCKED_USE = f"""
WITH allowed AS (
    SELECT per_day_points FROM adjustment_limit WHERE role = $2 AND $3::bigint <= per_adjustment_points
), seen AS (
    SELECT coalesce(sum(abs(amount)), 0) AS points FROM points_adjustment
     WHERE requested_by_id = $1 AND day = {allowances.TODAY} AND NOT needs_second
)
SELECT {allowances.TODAY} AS day, EXISTS (SELECT FROM allowed, seen WHERE points + $3 <= per_day_points) AS alone
"""  # noqa: S608  # only our own constant is filled in
"""`allowances.USE` reading what was used instead of holding it."""

UNLOCKED_DECISION = """
SELECT id, member_id, amount, reason, store_id, requested_by_id, status,
       (now() AT TIME ZONE 'Asia/Shanghai')::date AS today
  FROM points_adjustment WHERE id = $1
"""


async def make_clerk() -> UUID:
    return (await make_staff(Role.CLERK, store_id=(await make_store()).id)).id


async def make_operator() -> UUID:
    return (await make_staff(Role.OPERATOR)).id


_operators: list[UUID] = []
_clerks: list[UUID] = []


async def operators(number: int) -> list[UUID]:
    """The same ones in every round: a password takes its time on purpose."""
    while len(_operators) < number:
        _operators.append(await make_operator())
    return _operators[:number]


async def many_by_one_clerk(times: int) -> tuple[Counter[str], int]:
    """As many adjustments of as much as one may be, each of another member: (by status, points that reached them)."""
    clerk, people = await make_clerk(), [await make_account() for _ in range(times)]
    results = await asyncio.gather(
        *(adjustments.adjust(clerk, Role.CLERK, person, CLERK_PER_ADJUSTMENT, "补发") for person in people)
    )
    given = sum([(await account_of(person))[0] for person in people])
    return Counter(result.status for result in results), given


def expect_the_days_limit(outcome: tuple[Counter[str], int], times: int) -> None:
    alone = CLERK_PER_DAY // CLERK_PER_ADJUSTMENT
    assert outcome == ({"posted": alone, "waiting": times - alone}, CLERK_PER_DAY)


async def _clerk() -> UUID:
    if not _clerks:
        _clerks.append(await make_clerk())
    return _clerks[0]


async def everybody_decides(approvals: int, rejections: int) -> tuple[Counter[str], list[tuple[str, int]], str]:
    """One adjustment that waits, and second people who all decide at once: (results, ledger lines, final status)."""
    member_id = await make_account()
    asked = await adjustments.adjust(await _clerk(), Role.CLERK, member_id, 500, "补发")
    people = await operators(approvals + rejections)
    yes = [adjustments.approve(person, Role.OPERATOR, asked.id) for person in people[:approvals]]
    no = [adjustments.reject(person, Role.OPERATOR, asked.id, "重复申请") for person in people[approvals:]]
    results = await asyncio.gather(*yes, *no, return_exceptions=True)
    status = await database.fetchval("SELECT status FROM points_adjustment WHERE id = $1", asked.id)
    return Counter(type(result).__name__ for result in results), await entries_of(member_id), status


def expect_one_decision(
    outcome: tuple[Counter[str], list[tuple[str, int]], str], approvals: int, rejections: int
) -> None:
    results, lines, status = outcome
    if status == "posted":
        assert lines == [("adjustment_up", 500)]
        expected = {"AdjustmentView": approvals, "AdjustmentDecided": rejections}
    else:
        assert (lines, status) == ([], "rejected")
        expected = {"AdjustmentView": rejections, "AdjustmentDecided": approvals}
    assert results == {name: number for name, number in expected.items() if number}
