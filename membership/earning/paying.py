"""Paying: an occurrence under every rule in force that covers it, once, as far as caps and budget have room.

The member's own lock is a statement of its own, so that the one that counts what she was paid already begins after it
and sees it; a rule with a budget is locked as well, always after the member. No two payments to her, and no two from
one budget, are counted at the same time.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from foundation import database
from foundation.transactions import within_transaction
from membership import families, points, tiers
from membership.earning.registry import Way
from membership.earning.rules import COLUMNS, IN_FORCE, TODAY, Rule, covers, decoded, rule_of

# Locked first: the rules are read in the same round trip, and they do not depend on her.
HOLD = f"""
WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock($1)), day AS (SELECT coalesce($3::date, {TODAY}) AS today)
SELECT {COLUMNS}, day.today FROM held, day JOIN earn_rule rule
    ON rule.way = $2 AND {IN_FORCE.format(day="day.today")} ORDER BY rule.code
"""  # noqa: S608  # only our own constants are filled in

HOLD_BUDGETS = (
    "SELECT id FROM earn_rule WHERE id = ANY($1::uuid[]) AND ended_at IS NULL ORDER BY code FOR NO KEY UPDATE"
)

PAY = """
WITH asked AS (
    SELECT * FROM unnest($2::uuid[], $3::bigint[]) AS asked (rule_id, points)
), room AS (
    SELECT rule.id, rule.code, rule.budget IS NOT NULL AS budgeted, least(
        asked.points,
        CASE WHEN rule.daily_cap IS NOT NULL THEN rule.daily_cap - (
            SELECT coalesce(sum(points), 0) FROM earn_award
             WHERE member_id = $1 AND code = rule.code AND day = $5) END,
        CASE WHEN rule.monthly_cap IS NOT NULL THEN rule.monthly_cap - (
            SELECT coalesce(sum(points), 0) FROM earn_award
             WHERE member_id = $1 AND code = rule.code AND day >= date_trunc('month', $5::date)
               AND day < date_trunc('month', $5::date) + interval '1 month') END,
        CASE WHEN rule.total_cap IS NOT NULL THEN rule.total_cap - (
            SELECT coalesce(sum(points), 0) FROM earn_award WHERE member_id = $1 AND code = rule.code) END,
        rule.budget - rule.spent_before - rule.spent
    )::int AS points
      FROM asked JOIN earn_rule rule ON rule.id = asked.rule_id
     WHERE NOT EXISTS (SELECT FROM earn_award WHERE code = rule.code AND key = $4)
), award AS (
    INSERT INTO earn_award (rule_id, code, member_id, key, points, day)
    SELECT id, code, $1, $4, points, $5 FROM room WHERE points > 0
    RETURNING rule_id, points
), budget AS (
    UPDATE earn_rule SET spent = spent + award.points FROM award WHERE id = award.rule_id AND budget IS NOT NULL
)
SELECT rule_id, points FROM award
"""

CURRENT = """
SELECT id FROM earn_rule WHERE code = $1 AND ended_at IS NULL
   AND EXISTS (SELECT FROM earn_rule WHERE code = $1 AND budget IS NOT NULL)
"""
# Whoever changes the rule locks its current version as well, and so does not add up the budget meanwhile.
HOLD_CURRENT = f"{CURRENT} FOR NO KEY UPDATE"

# Room in a budget comes back where the budget is counted: in the latest version that has one. What was reserved under a
# version without a budget was not counted, and gives none back.
RELEASE = """
WITH reserved AS (
    SELECT award.rule_id, award.member_id, award.day, rule.budget IS NOT NULL AS counted
      FROM earn_award award JOIN earn_rule rule ON rule.id = award.rule_id WHERE award.code = $1 AND award.key = $2
), award AS (
    INSERT INTO earn_award (rule_id, code, member_id, key, points, day)
    SELECT CASE WHEN counted
                THEN (SELECT id FROM earn_rule WHERE code = $1 AND budget IS NOT NULL ORDER BY version DESC LIMIT 1)
                ELSE rule_id END, $1, member_id, $3, -$4::int, day
      FROM reserved
    ON CONFLICT (code, key) DO NOTHING RETURNING rule_id, points
)
UPDATE earn_rule SET spent = spent + award.points FROM award WHERE id = award.rule_id AND budget IS NOT NULL
"""


class Paid(msgspec.Struct, frozen=True):
    """What one rule paid."""

    rule: str
    name: str
    points: int


class Earned(msgspec.Struct, frozen=True):
    """What an occurrence brought: nothing when no rule covers it, when it was paid before, or when caps are reached."""

    points: int
    by_rule: list[Paid] = []
    rules: list[Rule] = []
    """The way's rules in force on the day, also those that paid nothing."""


def member_lock(member_id: UUID) -> int:
    """The advisory lock of a member's earnings."""
    return int.from_bytes(member_id.bytes[8:], "big", signed=True) ^ 0x6561726E


@within_transaction
async def earn(
    way: type[Way],
    member_id: UUID,
    occurrence: msgspec.Struct,
    *,
    key: str,
    store_id: UUID | None = None,
    on: date | None = None,
) -> Earned:
    """Pays an occurrence of a way under every rule in force on the day, as lots of their own, into the account that the
    member earns into; caps are hers.

    `key` (≤ 100 characters) names the occurrence: with the same key a rule pays once. `on`: the business day, None for
    today by the database's clock. Three round trips and one per paying rule; one when there is no rule.
    """
    assert isinstance(occurrence, way.Occurrence), f"{way.code} is about {way.Occurrence.__qualname__}"
    day, found = await _hold(way, member_id, on)
    level = await _level(found, member_id, day)
    asked = {
        rule.id: way.points(decoded(rule), occurrence) for rule in found if covers(rule, level=level, store_id=store_id)
    }
    paid = await _pay(member_id, found, asked, key=key, day=day)
    by_rule = [Paid(rule.code, rule.name, paid[rule.id]) for rule in found if rule.id in paid]
    if not by_rule:
        return Earned(0, rules=found)
    account_id = await families.account_of(member_id)
    for rule in (rule for rule in found if rule.id in paid):
        await points.grant(
            account_id,
            paid[rule.id],
            kind=points.Kind.EARNED,
            key=f"{rule.code}:{key}",
            expires_on=points.expiry_for(day, rule.valid_months),
            source=points.Source(
                rule=rule.code,
                store_id=store_id,
                by_member=None if account_id == member_id else member_id,
                note=rule.name,
            ),
        )
    return Earned(sum(paid.values()), by_rule, found)


@within_transaction
async def reserve(
    way: type[Way], member_id: UUID, asked: Mapping[str, int], *, key: str, day: date
) -> Mapping[str, int]:
    """Counts points against the caps of rules without giving them: what there is room for, by the rule's code.

    By the code and not the version: whoever asks may remember a version that was changed a moment ago.
    """
    _, found = await _hold(way, member_id, day)
    wanted = {rule.id: asked[rule.code] for rule in found if rule.code in asked}
    paid = await _pay(member_id, found, wanted, key=key, day=day)
    return {rule.code: paid[rule.id] for rule in found if rule.id in paid}


@within_transaction
async def release(code: str, *, key: str, released_key: str, amount: int) -> None:
    """Gives room back that was reserved under `key`; with a `released_key` that was used before, nothing."""
    while await database.fetchval(CURRENT, code) and not await database.fetchval(HOLD_CURRENT, code):
        pass  # it was changed while it was waited for: its next version is there now
    await database.execute(RELEASE, code, key, released_key, amount)


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Gives one member's earnings to another who turned out to be the same person, so that her caps count both."""
    for member_id in sorted((from_member, to_member)):
        await database.execute("SELECT pg_advisory_xact_lock($1)", member_lock(member_id))
    return await database.execute("UPDATE earn_award SET member_id = $2 WHERE member_id = $1", from_member, to_member)


async def _hold(way: type[Way], member_id: UUID, on: date | None) -> tuple[date, list[Rule]]:
    """The day and the rules in force, with the member's lock, and those of budgets, held."""
    while True:
        rows = await database.fetch(HOLD, member_lock(member_id), way.code, on)
        if not rows:
            return date.min, []
        found = [rule_of(row) for row in rows]
        budgeted = [rule.id for rule in found if rule.budget is not None]
        if not budgeted or len(await database.fetch(HOLD_BUDGETS, budgeted)) == len(budgeted):
            return rows[0]["today"], found
        # One of them was changed while its budget was waited for: its next version is there now.


async def _level(found: Sequence[Rule], member_id: UUID, day: date) -> str | None:
    if all(rule.levels is None for rule in found):
        return None
    return (await tiers.rate_of(member_id, day)).level_code


async def _pay(
    member_id: UUID, found: Sequence[Rule], asked: Mapping[UUID, int], *, key: str, day: date
) -> dict[UUID, int]:
    wanted = {rule.id: asked[rule.id] for rule in found if asked.get(rule.id, 0) > 0}
    if not wanted:
        return {}
    rows = await database.fetch(PAY, member_id, list(wanted), list(wanted.values()), key, day)
    return {row["rule_id"]: row["points"] for row in rows}
