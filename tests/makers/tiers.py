"""Makers: levels to reckon with, and the steps of the tiers as actions of their own."""

from datetime import date
from uuid import UUID, uuid4

from foundation import clock, database
from foundation.transactions import transactional
from membership import members, points, tiers
from membership.tiers.ledger import Day, Ledger
from membership.tiers.levels import Condition, Level, Levels
from tests.makers.phones import new_phone

open_standing = transactional(tiers.open_standing)


@transactional
async def rate_of(member_id: UUID | None, on: date | None = None) -> tiers.Rate:
    """Her rate on a business day, today's by default."""
    return await tiers.rate_of(member_id, on or clock.today())


move_all = transactional(tiers.move_all)


@transactional
async def make_standing() -> UUID:
    """A member on everyone's level, with an empty points account."""
    member_id = await members.make_by_phone(new_phone())
    await tiers.open_standing(member_id)
    await points.open_account(member_id)
    return member_id


@transactional
async def record(
    member_id: UUID, yuan: int, *, on: date | None = None, purchases: int = 1, key: str | None = None
) -> None:
    """A purchase (or with negative figures what a return takes back), one growth per yuan; today unless said."""
    await tiers.record(
        member_id,
        key=key or uuid4().hex,
        occurred_on=on or clock.today(),
        growth=yuan,
        amount_fen=yuan * 100,
        purchases=purchases,
    )


async def stored(member_id: UUID) -> tuple[str, date | None]:
    """(level, end of validity) as they are stored."""
    row = await database.fetchrow("SELECT level_id, valid_until FROM tier_standing WHERE member_id = $1", member_id)
    assert row is not None
    return row["level_id"], row["valid_until"]


async def changes_of(member_id: UUID) -> list[tuple[str, str, str]]:
    """(from, to, reason) of her changes, oldest first."""
    rows = await database.fetch(
        "SELECT from_level_id, to_level_id, reason FROM tier_change WHERE member_id = $1 ORDER BY id", member_id
    )
    return [(row[0], row[1], row[2]) for row in rows]


def rolling(metric: str, at_least: int, months: int = 12) -> Condition:
    return Condition(metric, at_least, "rolling", months)  # type: ignore[arg-type]  # a metric by its name


def calendar(metric: str, at_least: int, months: int = 12) -> Condition:
    return Condition(metric, at_least, "calendar", months)  # type: ignore[arg-type]  # a metric by its name


def make_level(rank: int, *conditions: Condition, match: str = "all", validity_months: int = 12) -> Level:
    """Level L<rank>."""
    return Level(
        code=f"L{rank}",
        name=["普通", "银卡", "金卡", "钻石"][rank],
        rank=rank,
        rate_numerator=1,
        rate_denominator=1,
        match=match,  # type: ignore[arg-type]  # all or any
        conditions=list(conditions),
        validity_months=validity_months,
        benefits=[],
    )


def make_levels(*levels: Level) -> Levels:
    """With everyone's level below."""
    return Levels([make_level(0), *levels])


def bought(*days: tuple[date, int]) -> Ledger:
    """A ledger of one purchase per day: (day, yuan)."""
    return Ledger(Day(day, yuan, yuan * 100, 1) for day, yuan in days)
