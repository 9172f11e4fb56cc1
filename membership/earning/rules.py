"""Rules as data: what the staff writes down, decoded by the way it is about, and the rules in force."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from foundation import database
from foundation.decoding import convert
from foundation.errors import FieldError, Invalid
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership.earning.errors import RuleNotFound
from membership.earning.registry import WAYS, Way

TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"

COLUMNS = (
    "rule.id, rule.code, rule.version, rule.way, rule.name, rule.parameters::text AS parameters, rule.valid_from,"
    " rule.valid_until, rule.levels::text AS levels, rule.stores::text AS stores, rule.skus::text AS skus,"
    " rule.daily_cap, rule.monthly_cap, rule.total_cap, rule.budget, rule.spent_before, rule.spent, rule.valid_months,"
    " rule.active, rule.made_at, rule.ended_at"
)
IN_FORCE = (
    "rule.ended_at IS NULL AND rule.active AND rule.valid_from <= {day}"
    " AND (rule.valid_until IS NULL OR rule.valid_until >= {day})"
)
"""Which rules of a way pay on a day; `{day}` is an SQL expression."""

Cap = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Budget = Annotated[int, Meta(ge=1, le=2**53)]
LevelCode = Annotated[str, Meta(min_length=1, max_length=16)]
Sku = Annotated[str, Meta(min_length=1, max_length=64)]


class RuleDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as the staff writes it. None: no restriction, no cap, no end. Caps and budget are in points.

    `code`: the way's own rules are told apart by it. `parameters`: what the way takes. `stores`: ids.
    """

    code: str
    way: str
    name: str
    parameters: dict[str, Any]
    valid_from: date
    valid_until: date | None = None
    levels: list[LevelCode] | None = None
    stores: list[UUID] | None = None
    skus: list[Sku] | None = None
    daily_cap: Cap | None = None
    monthly_cap: Cap | None = None
    total_cap: Cap | None = None
    budget: Budget | None = None
    valid_months: int = 12
    active: bool = True


class Rule(RuleDraft, frozen=True, kw_only=True):
    """One version of a rule. `spent` of its budget, all versions up to it together."""

    id: UUID
    version: int
    spent: int
    made_at: datetime
    ended_at: datetime | None

    @property
    def is_capped(self) -> bool:
        return not (self.daily_cap is self.monthly_cap is self.total_cap is self.budget is None)


def way_of(draft: RuleDraft) -> type[Way]:
    return WAYS[draft.way]


def decoded(draft: RuleDraft) -> Any:
    """The way's `Parameters`. Raises `msgspec.ValidationError`, which a stored rule does not."""
    return msgspec.convert(draft.parameters, way_of(draft).Parameters)


def covers(draft: RuleDraft, *, level: str | None, store_id: UUID | None) -> bool:
    """Whether a rule pays a member of this level in this store."""
    return (draft.levels is None or level in draft.levels) and (draft.stores is None or store_id in draft.stores)


def check(draft: RuleDraft) -> None:
    """Raises `Invalid` that names every field that can't be used."""
    errors: list[FieldError] = []
    way = WAYS.get(draft.way)
    if way is None:
        raise Invalid(errors=[FieldError("way", f"没有这种赚积分的方式，可以选择：{'、'.join(sorted(WAYS))}")])
    try:
        convert(draft.parameters, way.Parameters, strict=True)
    except Invalid as wrong:
        errors += [FieldError(f"parameters.{error.field}".removesuffix("."), error.message) for error in wrong.errors]
    if draft.valid_until is not None and draft.valid_until < draft.valid_from:
        errors.append(FieldError("valid_until", "结束日期不能早于开始日期"))
    if draft.stores is not None and not way.knows_store:
        errors.append(FieldError("stores", "这种赚积分的方式与门店无关，请留空"))
    if draft.skus is not None and not way.knows_products:
        errors.append(FieldError("skus", "这种赚积分的方式与商品无关，请留空"))
    errors += [
        FieldError(name, "请至少选择一项；不限制时请留空（null）")
        for name in ("levels", "stores", "skus")
        if getattr(draft, name) == []
    ]
    if errors:
        raise Invalid(errors=errors)


async def in_force(way: type[Way]) -> list[Rule]:
    """The rules of a way that pay today."""
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM earn_rule rule WHERE rule.way = $1 AND {IN_FORCE.format(day=TODAY)} ORDER BY rule.code",  # noqa: S608 - constants
        way.code,
    )
    return [rule_of(row) for row in rows]


async def rule(rule_id: UUID) -> Rule:
    """One version of a rule. Raises `RuleNotFound`."""
    row = await database.fetchrow(f"SELECT {COLUMNS} FROM earn_rule rule WHERE id = $1", rule_id)  # noqa: S608 - constant
    if row is None:
        raise RuleNotFound
    return rule_of(row)


async def find_rule(code: str) -> Rule | None:
    """The current version of a rule by its code."""
    row = await database.fetchrow(
        f"SELECT {COLUMNS} FROM earn_rule rule WHERE code = $1 AND ended_at IS NULL",  # noqa: S608 - constant
        code,
    )
    return None if row is None else rule_of(row)


async def rules(query: PageQuery, *, way: str | None = None, ended: bool = False) -> Page[Rule]:
    """Rules by their code: the current versions; with `ended`, all versions, the newest first.

    Raises `Invalid` (cursor).
    """
    after = read_cursor(query.cursor, str, int) if query.cursor else ("", 0)
    rows = await database.fetch(
        f"SELECT {COLUMNS} FROM earn_rule rule WHERE (rule.code, -rule.version) > ($1, $2)"  # noqa: S608 - constant
        " AND ($3::text IS NULL OR rule.way = $3) AND ($4 OR rule.ended_at IS NULL)"
        " ORDER BY rule.code, -rule.version LIMIT $5",
        *after,
        way,
        ended,
        query.limit + 1,
    )
    shown = [rule_of(row) for row in rows[: query.limit]]
    more = len(rows) > query.limit
    return Page(items=shown, next_cursor=write_cursor(shown[-1].code, -shown[-1].version) if more else None)


def rule_of(row: Mapping[str, Any]) -> Rule:
    values = dict(row)
    for name in ("parameters", "levels", "stores", "skus"):
        values[name] = None if values[name] is None else msgspec.json.decode(values[name])
    values["spent"] += values.pop("spent_before")
    values["stores"] = None if values["stores"] is None else [UUID(store) for store in values["stores"]]
    return Rule(**{name: values[name] for name in Rule.__struct_fields__})
