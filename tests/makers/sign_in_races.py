"""Taps at the same moment, around midnight: shared by the short tests and the long ones in tests/races.

Midnight comes by a clock of the race's own, whose day turns while the taps are under way. `expect_*` says what must
have happened; the control switches the safeguard off and must fail.
"""

import asyncio
from datetime import date
from typing import Any

import msgspec
import pytest

from foundation import database
from membership import earning, points, sign_ins
from membership.sign_ins import actions
from tests.makers.earning import in_force
from tests.makers.purchases import make_buyer

TAPS = 50
AT_ONCE = 12
"""Fewer than the connections of the pool, so that none waits for one while the day turns."""

DAILY = 5
FIRST_DAY = date(2031, 5, 31)
SECOND_DAY = date(2031, 6, 1)

TODAY = (
    f"(SELECT CASE WHEN statement_timestamp() < turns_at THEN date '{FIRST_DAY}' ELSE date '{SECOND_DAY}' END"  # noqa: S608  # our own days
    " FROM race_clock)"
)

UNLOCKED = f"""
SELECT today.day, CASE WHEN known.day = today.day - 1 THEN known.streak + 1 ELSE 1 END AS streak
  FROM (SELECT {TODAY} AS day, pg_sleep(0.01)) today LEFT JOIN sign_in_streak known ON known.member_id = $1
 WHERE known.day IS NULL OR known.day < today.day
"""  # noqa: S608  # our own constant
"""`actions.SIGN` as a look at the row instead of a write: of taps at once each finds the day unsigned."""


class Signed(msgspec.Struct, frozen=True):
    """The days that are signed, as (day, streak, points); the different answers; what she has."""

    days: list[tuple[date, int, int]]
    answers: set[sign_ins.SignedIn]
    balance: int
    refused: list[str]


async def taps_at_midnight(monkeypatch: pytest.MonkeyPatch, *, locked: bool = True) -> Signed:
    """Fifty taps of one member; the day turns when about half of them were sent."""
    member_id = (await make_buyer()).id
    await database.execute("CREATE TABLE IF NOT EXISTS race_clock (turns_at timestamptz)")
    await database.execute("DELETE FROM race_clock")
    await database.execute("INSERT INTO race_clock VALUES ('infinity')")
    statement = actions.SIGN.replace(actions.TODAY, TODAY) if locked else UNLOCKED
    monkeypatch.setattr(actions, "SIGN", statement)
    turn = asyncio.Semaphore(AT_ONCE)

    async def tap(number: int) -> object:
        async with turn:
            if number == TAPS // 2:
                await database.execute("UPDATE race_clock SET turns_at = clock_timestamp()")
            return await sign_ins.sign_in(member_id)

    async with in_force(earning.SignIn, {"points": DAILY, "bonuses": [{"day": 2, "points": 1}]}):
        results: list[Any] = await asyncio.gather(*(tap(number) for number in range(TAPS)), return_exceptions=True)
    rows = await database.fetch("SELECT day, streak, points FROM sign_in WHERE member_id = $1 ORDER BY day", member_id)
    return Signed(
        [(row["day"], row["streak"], row["points"]) for row in rows],
        {result for result in results if isinstance(result, sign_ins.SignedIn)},
        (await points.summary(member_id)).balance,
        sorted({type(result).__name__ for result in results if not isinstance(result, sign_ins.SignedIn)}),
    )


def expect_one_per_day(signed: Signed) -> None:
    assert signed.refused == []
    assert signed.days == [(FIRST_DAY, 1, DAILY), (SECOND_DAY, 2, DAILY + 1)]
    tomorrow, later = sign_ins.NextBonus(1, 1), None
    assert signed.answers == {sign_ins.SignedIn(*signed.days[0], tomorrow), sign_ins.SignedIn(*signed.days[1], later)}
    assert signed.balance == 2 * DAILY + 1
