"""Coupons for operators: templates, stock, giving one, and the articles that may not be promoted. All audited."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from foundation.errors import FieldError, Invalid, NotFound
from foundation.http import Body, Caller, IdempotencyKey, Page, PageQuery, View
from membership import coupons, members, stores
from membership.staff import Role
from membership.stores import StoreCode
from server.staff_api.face import staff
from server.staff_api.members import CardNumber

MAKERS = (Role.ADMINISTRATOR.value, Role.OPERATOR.value)

Reason = Annotated[str, Meta(min_length=1, max_length=200, description="For the audit; she never sees it.")]
Instant = Annotated[datetime, Meta(tz=True)]
Sku = Annotated[str, Meta(min_length=1, max_length=64)]
Fen = Annotated[int, Meta(ge=1, le=100_000_000)]
Title = Annotated[str, Meta(min_length=1, max_length=32)]
Description = Annotated[str, Meta(max_length=500)]
Limit = Annotated[int, Meta(ge=1, le=1_000)]


class CouponTemplateIn(Body):
    """A template; what it promises can't be changed later.

    `kind` `amount` needs `amount_fen`, `percent` needs `percent_off` and `cap_fen`, `gift` needs `gift`. Valid either
    from `starts_on` through `ends_on`, or for `lasts_days` business days beginning `after_days` after the claim.
    """

    title: Title
    kind: coupons.Kind
    stock: Annotated[int, Meta(ge=0, le=10_000_000)]
    claim_from: Instant
    claim_until: Instant | None = None
    description: Description = ""
    amount_fen: Fen | None = None
    percent_off: Annotated[int, Meta(ge=1, le=100)] | None = None
    cap_fen: Fen | None = None
    gift: Annotated[str, Meta(min_length=1, max_length=100)] | None = None
    threshold_fen: Annotated[int, Meta(ge=0, le=100_000_000)] = 0
    scope: coupons.Scope = "all"
    skus: Annotated[list[Sku], Meta(max_length=500)] = msgspec.field(default_factory=list)
    stores: Annotated[list[StoreCode], Meta(max_length=500)] = msgspec.field(default_factory=list)
    """Empty: all stores."""
    stacking_group: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$(?!\\n)")] | None = None
    """It goes together with coupons of other groups, one of each; without: with no other."""
    at_till: bool = True
    in_mall: bool = False
    store_share_percent: Annotated[int, Meta(ge=0, le=100)] = 0
    """What the store pays of the discount; the brand pays the rest."""
    give_back_days: Annotated[int, Meta(ge=0, le=90)] = 0
    """So many days after its use it comes back when the whole sale does; 0: never."""
    starts_on: date | None = None
    ends_on: date | None = None
    after_days: Annotated[int, Meta(ge=0, le=365)] | None = None
    lasts_days: Annotated[int, Meta(ge=1, le=730)] | None = None
    transferable: bool = False
    per_member_limit: Limit = 1
    claimable: bool = True
    """Whether members may take it themselves; otherwise it is only given."""


class CouponTemplateChangesIn(Body):
    """What may change. `active` false stops it: no more are issued, those that exist stay good."""

    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    per_member_limit: Limit | UnsetType = UNSET
    claimable: bool | UnsetType = UNSET
    claim_from: Instant | UnsetType = UNSET
    claim_until: Instant | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET


class CouponStockIn(Body):
    coupons: Annotated[int, Meta(ge=1, le=10_000_000)]
    reason: Reason


class GiveCouponIn(Body):
    member: CardNumber
    reason: Reason


class UnpromotedSkuIn(Body):
    sku: Sku
    reason: Reason
    formula_stage: Annotated[int, Meta(ge=1, le=4)] | None = None


class PromotionReasonIn(Body):
    reason: Reason


class CouponTemplateOut(View):
    id: UUID
    title: str
    description: str
    kind: coupons.Kind
    amount_fen: int | None
    percent_off: int | None
    cap_fen: int | None
    gift: str | None
    threshold_fen: int
    scope: coupons.Scope
    skus: list[str]
    stores: list[str]
    stacking_group: str | None
    at_till: bool
    in_mall: bool
    transferable: bool
    store_share_percent: int
    give_back_days: int
    starts_on: date | None
    ends_on: date | None
    after_days: int | None
    lasts_days: int | None
    stock: int
    issued: int
    per_member_limit: int
    claimable: bool
    claim_from: datetime
    claim_until: datetime | None
    active: bool
    created_at: datetime


class OneCouponTemplateOut(CouponTemplateOut):
    used: int
    """How many of its coupons are used; counted, so only for one template at a time."""


class GivenCouponOut(View):
    id: UUID


class UnpromotedSkuOut(View):
    sku: str
    formula_stage: int | None
    created_at: datetime


@staff.get("/coupon-templates", who=MAKERS)
async def coupon_templates(query: PageQuery) -> Page[CouponTemplateOut]:
    """All templates, the newest first, with how many were issued."""
    page = await coupons.templates(query)
    return Page(items=[_out(template) for template in page.items], next_cursor=page.next_cursor)


@staff.get("/coupon-templates/{template_id}", who=MAKERS, refuses=(coupons.CouponTemplateNotFound,))
async def coupon_template(template_id: UUID) -> OneCouponTemplateOut:
    """One template, and how many of its coupons are used."""
    template = _out(await coupons.template(template_id))
    return OneCouponTemplateOut(**msgspec.structs.asdict(template), used=await coupons.used_of(template_id))


@staff.post("/coupon-templates", who=MAKERS, status=201, refuses=(coupons.SkuNotPromoted,))
async def make_coupon_template(caller: Caller, body: CouponTemplateIn, key: IdempotencyKey) -> CouponTemplateOut:
    """Make a template.

    One that names an article which may not be promoted (formula of stage 1) is refused; from one that covers all
    articles such an article is left out whenever a discount is computed."""
    fields = msgspec.structs.asdict(body)
    fields["store_ids"] = await _store_ids(fields.pop("stores"))
    return _out(await coupons.template(await coupons.make_template(caller.subject, coupons.Terms(**fields))))


@staff.patch("/coupon-templates/{template_id}", who=MAKERS, refuses=(coupons.CouponTemplateNotFound,))
async def change_coupon_template(caller: Caller, template_id: UUID, body: CouponTemplateChangesIn) -> CouponTemplateOut:
    """Change a template's words, limit or claim window, stop it, or start it again.

    What it promises can't be changed: stop it and make another."""
    await coupons.change_template(caller.subject, template_id, coupons.Changes(**msgspec.structs.asdict(body)))
    return _out(await coupons.template(template_id))


@staff.post("/coupon-templates/{template_id}/stock", who=MAKERS, status=201, refuses=(coupons.CouponTemplateNotFound,))
async def add_coupon_stock(
    caller: Caller, template_id: UUID, body: CouponStockIn, key: IdempotencyKey
) -> CouponTemplateOut:
    """Let more coupons of a template be issued."""
    await coupons.add_stock(caller.subject, template_id, body.coupons, body.reason)
    return _out(await coupons.template(template_id))


@staff.post(
    "/coupon-templates/{template_id}/coupons",
    who=MAKERS,
    status=201,
    refuses=(
        NotFound,
        coupons.CouponTemplateNotFound,
        coupons.CouponNotOffered,
        coupons.CouponLimitReached,
        coupons.CouponsGone,
    ),
)
async def give_coupon(caller: Caller, template_id: UUID, body: GiveCouponIn, key: IdempotencyKey) -> GivenCouponOut:
    """Give a coupon to the member with this number, from the stock and within her limit, claim window or not."""
    member_id = await members.find_by_number(body.member)
    if member_id is None:
        raise NotFound
    return GivenCouponOut((await coupons.give_by_staff(caller.subject, template_id, member_id, body.reason)).id)


@staff.get("/unpromoted-skus", who=MAKERS)
async def unpromoted_skus(query: PageQuery) -> Page[UnpromotedSkuOut]:
    """The articles that no coupon takes anything off, by SKU."""
    page = await coupons.unpromoted_skus(query)
    return Page(
        items=[UnpromotedSkuOut(each.sku, each.formula_stage, each.created_at) for each in page.items],
        next_cursor=page.next_cursor,
    )


@staff.post("/unpromoted-skus", who=MAKERS)
async def refuse_sku_promotion(caller: Caller, body: UnpromotedSkuIn) -> None:
    """Say that an article may not be promoted: from now on no coupon takes anything off it. Again: nothing changes."""
    await coupons.refuse_promotion(caller.subject, body.sku, body.formula_stage, body.reason)


@staff.post("/unpromoted-skus/{sku}/permission", who=MAKERS, refuses=(NotFound,))
async def allow_sku_promotion(caller: Caller, sku: Sku, body: PromotionReasonIn) -> None:
    """Say that an article may be promoted after all."""
    if not await coupons.allow_promotion(caller.subject, sku, body.reason):
        raise NotFound


async def _store_ids(codes: list[str]) -> list[UUID]:
    found = [await stores.find(code) for code in codes]
    unknown = [at for at, store in enumerate(found) if store is None]
    if unknown:
        raise Invalid(errors=[FieldError(f"stores[{at}]", "没有这家门店") for at in unknown])
    return [store.id for store in found if store is not None]


def _out(template: coupons.TemplateView) -> CouponTemplateOut:
    fields = msgspec.structs.asdict(template)
    return CouponTemplateOut(**msgspec.structs.asdict(fields.pop("promise")), **fields)
