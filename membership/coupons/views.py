"""What coupons look like to members, staff and tills."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from membership.coupons.discounts import Kind, Scope
from membership.coupons.found import Found


class Status(StrEnum):
    """Computed from the coupon and the clock. `locked`: a till holds it for some minutes; `given_away`: it waits for
    the friend to take it."""

    WAITING = "waiting"
    AVAILABLE = "available"
    LOCKED = "locked"
    GIVEN_AWAY = "given_away"
    USED = "used"
    EXPIRED = "expired"


class Obstacle(StrEnum):
    """Why she can't take a coupon."""

    GONE = "gone"
    LIMIT_REACHED = "limit_reached"


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """What a coupon is good for, as its template says."""

    title: str
    description: str
    kind: Kind
    amount_fen: int | None
    percent_off: int | None
    cap_fen: int | None
    gift: str | None
    threshold_fen: int
    scope: Scope
    skus: list[str]
    stores: list[str]
    """Codes; empty: all stores."""
    stacking_group: str | None
    at_till: bool
    in_mall: bool
    transferable: bool


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """A template that members may claim. `held` is how many she had of it."""

    id: UUID
    promise: Promise
    starts_on: date | None
    ends_on: date | None
    after_days: int | None
    lasts_days: int | None
    left: int
    per_member_limit: int
    claim_until: datetime | None
    held: int
    obstacle: Obstacle | None


class CouponView(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon as the member sees it. Good from `valid_from` until just before `valid_until`."""

    id: UUID
    template_id: UUID
    promise: Promise
    status: Status
    code: str
    valid_from: datetime
    valid_until: datetime
    used_at: datetime | None
    created_at: datetime


class TemplateView(msgspec.Struct, frozen=True, kw_only=True):
    """A template as staff see it."""

    id: UUID
    promise: Promise
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


class UsableCoupon(msgspec.Struct, frozen=True, kw_only=True):
    """A coupon that could be used here and now, and what it alone would take off."""

    id: UUID
    code: str
    title: str
    kind: Kind
    gift: str | None
    discount_fen: int
    stacking_group: str | None
    """It goes together with coupons of other groups; None: with no other."""
    valid_until: datetime

    @classmethod
    def of(cls, coupon: Found, discount_fen: int) -> "UsableCoupon":
        return cls(
            id=coupon.id,
            code=coupon.code,
            title=coupon.title,
            kind=coupon.rule.kind,
            gift=coupon.gift,
            discount_fen=discount_fen,
            stacking_group=coupon.rule.stacking_group,
            valid_until=coupon.valid_until,
        )
