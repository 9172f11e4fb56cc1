"""Makers: rules of earning. Tests share one database, so a rule that pays everybody lives only as long as its test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from foundation import clock
from foundation.pages import PageQuery
from foundation.transactions import transactional
from membership import earning

earn = transactional(earning.earn)
move_all = transactional(earning.move_all)
cut_to_caps = transactional(earning.cut_to_caps)

OURS = "test_"
"""Begins the codes of the tests' own rules."""

STAFF = uuid4()
"""Somebody of the staff, for the audit."""


def new_code() -> str:
    return f"{OURS}{uuid4().hex[:12]}"


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def draft(way: type[earning.Way], parameters: dict[str, Any], **changes: Any) -> earning.RuleDraft:
    """A rule that is valid since a week ago, without caps."""
    content: dict[str, Any] = {
        "code": new_code(),
        "way": way.code,
        "name": "测试规则",
        "parameters": parameters,
        "valid_from": days_ago(7),
    }
    return earning.RuleDraft(**content | changes)


@asynccontextmanager
async def in_force(way: type[earning.Way], parameters: dict[str, Any], **changes: Any) -> AsyncIterator[earning.Rule]:
    """A rule that is ended with the block, in whatever version it is then. Planted rules of the way are ended first."""
    await end_planted(way)
    rule = await earning.make_rule(None, draft(way, parameters, **changes))
    try:
        yield rule
    finally:
        current = await earning.find_rule(rule.code)
        if current is not None:
            await earning.end_rule(STAFF, current.id)


async def end_planted(way: type[earning.Way]) -> None:
    """Ends the rules of a way that no test made: the small named world may have been planted before."""
    for rule in (await earning.rules(PageQuery(limit=100), way=way.code)).items:
        if not rule.code.startswith(OURS):
            await earning.end_rule(STAFF, rule.id)
