"""Writes of the staff: a rule is made, changed into its next version, or ended; each time with a line in the audit."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from foundation import audit, database
from foundation.errors import FieldError, Invalid
from foundation.ids import new_id
from foundation.transactions import after_commit, transactional
from membership.earning import bonuses, rules
from membership.earning.errors import RuleCodeTaken, RuleEnded, RuleNotFound
from membership.earning.rules import Rule, RuleDraft

SUBJECT = "earn_rule"

MAKE = """
INSERT INTO earn_rule (id, code, version, way, name, parameters, valid_from, valid_until, levels, stores, skus,
                       daily_cap, monthly_cap, total_cap, budget, spent_before, valid_months, active, made_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT DO NOTHING
"""


@transactional
async def make_rule(by: UUID | None, draft: RuleDraft) -> Rule:
    """Makes a rule; it pays from now on, as far as it is valid. `by`: a member of staff; None for planting.

    Raises `Invalid`, `RuleCodeTaken` (a rule that has ended keeps its code).
    """
    rules.check(draft)
    if await database.fetchval("SELECT true FROM earn_rule WHERE code = $1 LIMIT 1", draft.code):
        raise RuleCodeTaken
    return await _write(by, draft, version=1, spent_before=0, was=None)


@transactional
async def change_rule(by: UUID, rule_id: UUID, changes: Mapping[str, Any]) -> Rule:
    """Closes a version of a rule and writes the next, with the changed fields of `RuleDraft` (code and way stay).

    What it paid still counts for its caps, what it spent for its budget. Raises `RuleNotFound`, `RuleEnded`, `Invalid`.
    """
    was = await _hold(rule_id)
    draft = RuleDraft(**{name: getattr(was, name) for name in RuleDraft.__struct_fields__} | dict(changes))
    assert (draft.code, draft.way) == (was.code, was.way), "another way is another rule"
    rules.check(draft)
    # Of all versions: while one had no budget, what came back was counted in those before it.
    spent: int = await database.fetchval("SELECT sum(spent)::bigint FROM earn_rule WHERE code = $1", was.code)
    if draft.budget is not None and draft.budget < spent:
        raise Invalid(errors=[FieldError("budget", f"已经发放了{spent}积分，预算不能更少")])
    await database.execute("UPDATE earn_rule SET ended_at = now() WHERE id = $1", rule_id)
    return await _write(by, draft, version=was.version + 1, spent_before=spent, was=was)


@transactional
async def end_rule(by: UUID, rule_id: UUID, reason: str | None = None) -> None:
    """Ends a rule for good; what it paid stays. Raises `RuleNotFound`, `RuleEnded`."""
    was = await _hold(rule_id)
    await database.execute("UPDATE earn_rule SET ended_at = now() WHERE id = $1", rule_id)
    await audit.record(by, "earn_rule.ended", SUBJECT, was.code, before=_audited(was), reason=reason)
    after_commit(bonuses.forget)


async def _hold(rule_id: UUID) -> Rule:
    row = await database.fetchrow(
        f"SELECT {rules.COLUMNS} FROM earn_rule rule WHERE id = $1 FOR NO KEY UPDATE",  # noqa: S608 - constant
        rule_id,
    )
    if row is None:
        raise RuleNotFound
    held = rules.rule_of(row)
    if held.ended_at is not None:
        raise RuleEnded
    return held


async def _write(by: UUID | None, draft: RuleDraft, *, version: int, spent_before: int, was: Rule | None) -> Rule:
    rule_id = new_id()
    made = await database.execute(
        MAKE,
        rule_id,
        draft.code,
        version,
        draft.way,
        draft.name,
        _json(draft.parameters),
        draft.valid_from,
        draft.valid_until,
        _json(draft.levels),
        _json(draft.stores),
        _json(draft.skus),
        draft.daily_cap,
        draft.monthly_cap,
        draft.total_cap,
        draft.budget,
        spent_before,
        draft.valid_months,
        draft.active,
        by,
    )
    if not made:
        raise RuleCodeTaken
    if by is not None:
        before = None if was is None else _audited(was)
        action = "earn_rule.made" if was is None else "earn_rule.changed"
        await audit.record(by, action, SUBJECT, draft.code, before=before, after=_audited(draft))
    after_commit(bonuses.forget)
    return await rules.rule(rule_id)


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _audited(draft: RuleDraft) -> dict[str, Any]:
    kept: dict[str, Any] = msgspec.to_builtins({name: getattr(draft, name) for name in RuleDraft.__struct_fields__})
    return kept
