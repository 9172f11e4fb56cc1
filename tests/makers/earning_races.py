"""Everybody earns at once: races for caps and budgets, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

from collections import Counter
from uuid import UUID

from foundation import database
from membership import earning, points
from membership.earning import paying
from tests.makers.earning import earn, in_force
from tests.makers.purchases import make_buyer
from tests.makers.redemption_races import gather

AT_A_TIME = 10
ROOM_FOR = 3

WITHOUT_HER_LOCK = paying.HOLD.replace("pg_advisory_xact_lock($1)", "$1::bigint, pg_sleep(0.01)")
"""The member's lock, not taken."""

BUDGETS_UNHELD = "SELECT id FROM earn_rule WHERE id = ANY($1::uuid[]) AND ended_at IS NULL"


async def one_member(times: int, *, same_key: bool = False) -> tuple[Counter[int], int]:
    """Occurrences of one member under a rule with a daily cap for three: (payments by amount, her points)."""
    member_id = (await make_buyer()).id
    async with in_force(earning.Attendance, {"points": AT_A_TIME}, daily_cap=AT_A_TIME * ROOM_FOR):
        paid = await _earn_all([member_id] * times, same_key=same_key)
    return paid, (await points.summary(member_id)).balance


def expect_three(outcome: tuple[Counter[int], int], times: int) -> None:
    assert outcome == ({AT_A_TIME: ROOM_FOR, 0: times - ROOM_FOR}, AT_A_TIME * ROOM_FOR)


def expect_one(outcome: tuple[Counter[int], int], times: int) -> None:
    assert outcome == ({AT_A_TIME: 1, 0: times - 1}, AT_A_TIME)


async def many_members(members: int) -> tuple[Counter[int], int]:
    """One occurrence of each of many members under a budget for three: (payments by amount, what the rule counted)."""
    member_ids = [(await make_buyer()).id for _ in range(members)]
    async with in_force(earning.Attendance, {"points": AT_A_TIME}, budget=AT_A_TIME * ROOM_FOR) as rule:
        paid = await _earn_all(member_ids)
    spent: int = await database.fetchval("SELECT spent FROM earn_rule WHERE id = $1", rule.id)
    return paid, spent


async def _earn_all(member_ids: list[UUID], *, same_key: bool = False) -> Counter[int]:
    async def once(member_id: UUID, number: int) -> object:
        key = "the-key" if same_key else f"key-{number}"
        return await earn(earning.Attendance, member_id, earning.Attendance.Occurrence(60), key=key)

    results = await gather(
        [lambda each=each, number=number: once(each, number) for number, each in enumerate(member_ids)]  # type: ignore[misc]  # mypy: defaults of a lambda
    )
    return Counter(result.points if isinstance(result, earning.Earned) else -1 for result in results)
