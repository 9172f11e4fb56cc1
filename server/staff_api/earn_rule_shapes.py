"""The rules of earning as the staff writes and reads them."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from foundation.http import Body, PageQuery, View
from membership import stores

Code = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,31}$(?!\\n)", examples=["sign_in_daily"])]
WayCode = Annotated[str, Meta(min_length=1, max_length=32, examples=["sign_in"])]
Name = Annotated[str, Meta(min_length=1, max_length=32, description="For the member.", examples=["每日签到"])]
Levels = Annotated[list[Annotated[str, Meta(min_length=1, max_length=16)]], Meta(min_length=1, max_length=20)]
StoreCodes = Annotated[list[stores.StoreCode], Meta(min_length=1, max_length=500)]
Skus = Annotated[list[Annotated[str, Meta(min_length=1, max_length=64)]], Meta(min_length=1, max_length=1_000)]
Points = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Budget = Annotated[int, Meta(ge=1, le=10**12)]
Months = Annotated[int, Meta(ge=1, le=120)]
Parameters = Annotated[dict[str, Any], Meta(max_length=20)]


class EarnWayOut(View):
    """A way to earn. `parameters` is the JSON schema of what a rule of it takes."""

    way: str
    title: str
    knows_stores: bool
    knows_articles: bool
    parameters: dict[str, Any]


class EarnWaysOut(View):
    items: list[EarnWayOut]


class EarnRuleIn(Body):
    """A rule. What is null restricts nothing: every level, every store, every article, no cap, no budget, no end.

    Caps are in points per member, the budget in points of all members. The points expire at the end of the month
    `valid_months` ahead.
    """

    code: Code
    way: WayCode
    name: Name
    parameters: Parameters
    valid_from: date
    valid_until: date | None = None
    levels: Levels | None = None
    stores: StoreCodes | None = None
    skus: Skus | None = None
    daily_cap: Points | None = None
    monthly_cap: Points | None = None
    total_cap: Points | None = None
    budget: Budget | None = None
    valid_months: Months = 12
    active: bool = True


class EarnRuleChangesIn(Body):
    """What is to be different in the next version; a field that is left out stays as it is."""

    name: Name | UnsetType = UNSET
    parameters: Parameters | UnsetType = UNSET
    valid_from: date | UnsetType = UNSET
    valid_until: date | UnsetType | None = UNSET
    levels: Levels | UnsetType | None = UNSET
    stores: StoreCodes | UnsetType | None = UNSET
    skus: Skus | UnsetType | None = UNSET
    daily_cap: Points | UnsetType | None = UNSET
    monthly_cap: Points | UnsetType | None = UNSET
    total_cap: Points | UnsetType | None = UNSET
    budget: Budget | UnsetType | None = UNSET
    valid_months: Months | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class EarnRuleEndIn(Body):
    reason: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class EarnRuleOut(View):
    """One version of a rule. `spent` of its budget; `ended_at` is null for the current version."""

    id: UUID
    code: str
    version: int
    way: str
    name: str
    parameters: dict[str, Any]
    valid_from: date
    valid_until: date | None
    levels: list[str] | None
    stores: list[str] | None
    skus: list[str] | None
    daily_cap: int | None
    monthly_cap: int | None
    total_cap: int | None
    budget: int | None
    spent: int
    valid_months: int
    active: bool
    made_at: datetime
    ended_at: datetime | None


class EarnRulesQuery(PageQuery, frozen=True):
    """`ended`: all versions, the newest first."""

    way: WayCode | None = None
    ended: bool = False


class PreviewQuery(Body):
    """From one business day to another, at most 366 of them."""

    since: date
    until: date


class PreviewIn(Body):
    """A rule that need not exist, and the days."""

    rule: EarnRuleIn
    since: date
    until: date


class TopEarnerOut(View):
    number: str
    times: int
    points: int


class EarnPreviewOut(View):
    """What a rule would have paid: to how many members, how often, how many points, and to whom the most."""

    occurrences: int
    members: int
    times: int
    points: int
    top: list[TopEarnerOut]
