"""The rules of earning: made, changed into their next version, ended, and tried on the past."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from foundation.errors import FieldError, Invalid
from foundation.http import Caller, Page
from membership import earning, stores
from membership.staff import Role
from server.staff_api.earn_rule_shapes import (
    EarnPreviewOut,
    EarnRuleChangesIn,
    EarnRuleEndIn,
    EarnRuleIn,
    EarnRuleOut,
    EarnRulesQuery,
    EarnWayOut,
    EarnWaysOut,
    PreviewIn,
    PreviewQuery,
    TopEarnerOut,
)
from server.staff_api.face import staff

RULERS = (Role.OPERATOR.value, Role.ADMINISTRATOR.value)


@staff.get("/earn-ways", who=RULERS)
async def earn_ways() -> EarnWaysOut:
    """The ways to earn, and what a rule of each takes."""
    return EarnWaysOut([_way_out(way) for way in earning.WAYS.values()])


@staff.get("/earn-rules", who=RULERS)
async def earn_rules(query: EarnRulesQuery) -> Page[EarnRuleOut]:
    """The rules by their code."""
    page = await earning.rules(query, way=query.way, ended=query.ended)
    codes = await _codes_of(page.items)
    return Page(items=[_rule_out(rule, codes) for rule in page.items], next_cursor=page.next_cursor)


@staff.get("/earn-rules/{rule_id}", who=RULERS, refuses=(earning.RuleNotFound,))
async def earn_rule(rule_id: UUID) -> EarnRuleOut:
    """One version of a rule."""
    return await _out(await earning.rule(rule_id))


@staff.post("/earn-rules", who=RULERS, status=201, refuses=(earning.RuleCodeTaken,))
async def make_earn_rule(caller: Caller, body: EarnRuleIn) -> EarnRuleOut:
    """Make a rule.

    It pays from now on, as far as it is valid. Rewarding a share or a subscription to messages is forbidden by the
    platform, so there is no such way."""
    return await _out(await earning.make_rule(caller.subject, await _draft(body)))


@staff.patch(
    "/earn-rules/{rule_id}",
    who=RULERS,
    refuses=(earning.RuleNotFound, earning.RuleEnded),
)
async def change_earn_rule(caller: Caller, rule_id: UUID, body: EarnRuleChangesIn) -> EarnRuleOut:
    """Change a rule: the answer is its next version.

    The version it had stays as it was, with what it paid; caps and budget go on counting."""
    changes = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}
    if changes.get("stores") is not None:
        changes["stores"] = await _store_ids(changes["stores"])
    return await _out(await earning.change_rule(caller.subject, rule_id, changes))


@staff.delete("/earn-rules/{rule_id}", who=RULERS, refuses=(earning.RuleNotFound, earning.RuleEnded))
async def end_earn_rule(caller: Caller, rule_id: UUID, body: EarnRuleEndIn | None) -> None:
    """End a rule for good. What it paid stays."""
    await earning.end_rule(caller.subject, rule_id, reason=body.reason if body else None)


@staff.get(
    "/earn-rules/{rule_id}/preview",
    who=RULERS,
    refuses=(earning.RuleNotFound, earning.NoPast, earning.PreviewTooLarge),
)
async def preview_earn_rule(rule_id: UUID, query: PreviewQuery) -> EarnPreviewOut:
    """What a rule would have paid for what really happened.

    As if it had begun on the first of the days with all its caps free; nothing is written."""
    return _preview_out(await earning.preview(await earning.rule(rule_id), query.since, query.until))


@staff.post("/earn-rules/preview", who=RULERS, refuses=(earning.NoPast, earning.PreviewTooLarge))
async def preview_earn_draft(body: PreviewIn) -> EarnPreviewOut:
    """What a rule that does not exist yet would have paid.

    Nothing is written."""
    return _preview_out(await earning.preview(await _draft(body.rule), body.since, body.until))


async def _draft(body: EarnRuleIn) -> earning.RuleDraft:
    values = msgspec.structs.asdict(body)
    if body.stores is not None:
        values["stores"] = await _store_ids(body.stores)
    return earning.RuleDraft(**values)


async def _store_ids(codes: list[str]) -> list[UUID]:
    found = [await stores.find(code) for code in codes]
    errors = [FieldError(f"stores[{place}]", "没有这家门店") for place, store in enumerate(found) if not store]
    if errors:
        raise Invalid(errors=errors)
    return [store.id for store in found if store is not None]


async def _codes_of(rules: list[earning.Rule]) -> dict[UUID, str]:
    named = {store_id for rule in rules for store_id in rule.stores or ()}
    return await stores.codes_of(named) if named else {}


async def _out(rule: earning.Rule) -> EarnRuleOut:
    return _rule_out(rule, await _codes_of([rule]))


def _rule_out(rule: earning.Rule, codes: dict[UUID, str]) -> EarnRuleOut:
    values = {name: getattr(rule, name) for name in EarnRuleOut.__struct_fields__}
    if rule.stores is not None:
        values["stores"] = [codes[store_id] for store_id in rule.stores]
    return EarnRuleOut(**values)


def _way_out(way: type[earning.Way]) -> EarnWayOut:
    return EarnWayOut(way.code, way.title, way.knows_store, way.knows_products, msgspec.json.schema(way.Parameters))


def _preview_out(preview: earning.Preview) -> EarnPreviewOut:
    return EarnPreviewOut(
        occurrences=preview.occurrences,
        members=preview.members,
        times=preview.times,
        points=preview.points,
        top=[TopEarnerOut(top.number, top.times, top.points) for top in preview.top],
    )
