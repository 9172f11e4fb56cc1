"""Coupons: what can be claimed, claiming, one's own, and giving one to a friend."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from foundation.http import Body, Caller, IdempotencyKey, Page, PageQuery, View
from membership import coupons
from miniprogram_api.face import mothers

NOT_FREE = (coupons.CouponNotFound, coupons.CouponUsed, coupons.CouponHeld, coupons.CouponExpired)

GiftCode = Annotated[
    str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{22}$(?!\\n)", description="From the link that the giver shared.")
]


class CouponQuery(PageQuery, frozen=True):
    """Without a status: all of them."""

    status: coupons.Status | None = None


class CouponPromiseOut(View):
    """What a coupon is good for.

    `kind` `amount` takes `amount_fen` off, `percent` takes `percent_off` percent but at most `cap_fen` off, `gift` adds
    the gift. The articles it covers (`scope` `all`, `only` or `except` the `skus`) must cost `threshold_fen` together.
    """

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
    """Codes; empty: all stores."""
    stackable: bool
    """Whether it goes together with (some) other coupons."""
    at_till: bool
    in_mall: bool
    transferable: bool


class CouponOfferOut(CouponPromiseOut):
    """A coupon that can be claimed.

    Good either from `starts_on` through `ends_on`, or for `lasts_days` days beginning `after_days` after the claim.
    """

    id: UUID
    starts_on: date | None
    ends_on: date | None
    after_days: int | None
    lasts_days: int | None
    left: int
    """How many there are still."""
    per_member_limit: int
    claim_until: datetime | None
    held: int
    """How many she has had of it."""
    can_claim: bool
    obstacle: coupons.Obstacle | None
    """Why she can't: all are gone, or she has had her share."""


class OwnCouponOut(CouponPromiseOut):
    """One's own coupon. Good from `valid_from` until just before `valid_until`."""

    id: UUID
    template_id: UUID
    status: coupons.Status
    valid_from: datetime
    valid_until: datetime
    used_at: datetime | None
    created_at: datetime


class ShownCouponOut(OwnCouponOut):
    """With what the clerk scans (`qr`) or types (`code`); null when it can't be used any more."""

    code: str | None
    qr: str | None


class CouponGiftOut(View):
    """Whoever first brings it has the coupon."""

    gift_code: str


class AcceptCouponIn(Body):
    gift_code: GiftCode


@mothers.get("/coupons", who="member")
async def coupon_offers(caller: Caller, query: PageQuery) -> Page[CouponOfferOut]:
    """The coupons that can be claimed now, the newest first.

    Those that are gone are listed too, and those of which she has had her share: `can_claim` says so."""
    page = await coupons.offers(caller.subject, query)
    return Page(items=[_offer_out(offer) for offer in page.items], next_cursor=page.next_cursor)


@mothers.post(
    "/coupons/{template_id}/claims",
    who="member",
    status=201,
    refuses=(
        coupons.CouponTemplateNotFound,
        coupons.CouponNotOffered,
        coupons.CouponLimitReached,
        coupons.CouponsGone,
    ),
)
async def claim_coupon(caller: Caller, template_id: UUID, key: IdempotencyKey) -> ShownCouponOut:
    """Claim a coupon."""
    issued = await coupons.claim(caller.subject, template_id)
    return _shown_out(await coupons.coupon(caller.subject, issued.id))


@mothers.get("/me/coupons", who="member")
async def own_coupons(caller: Caller, query: CouponQuery) -> Page[OwnCouponOut]:
    """One's own coupons, of one status or all, the newest first.

    The status is computed from the clock: nothing has to run for a coupon to expire."""
    page = await coupons.coupons(caller.subject, query.status, query)
    return Page(items=[OwnCouponOut(**_own(coupon)) for coupon in page.items], next_cursor=page.next_cursor)


@mothers.get("/me/coupons/{coupon_id}", who="member", refuses=(coupons.CouponNotFound,))
async def own_coupon(caller: Caller, coupon_id: UUID) -> ShownCouponOut:
    """One of one's own coupons, with the code to show at the till.

    Who shows the code first uses the coupon: it is not for sharing."""
    return _shown_out(await coupons.coupon(caller.subject, coupon_id))


@mothers.post(
    "/me/coupons/{coupon_id}/gift", who="member", status=201, refuses=(*NOT_FREE, coupons.CouponNotTransferable)
)
async def give_coupon_away(caller: Caller, coupon_id: UUID, key: IdempotencyKey) -> CouponGiftOut:
    """Give a coupon to a friend.

    Answers with a code for the link to be shared. Until a friend accepts it the coupon can't be used, and can be taken
    back. Asked again, the code is the same."""
    return CouponGiftOut((await coupons.give_away(caller.subject, coupon_id)).code)


@mothers.delete("/me/coupons/{coupon_id}/gift", who="member", refuses=(coupons.CouponNotFound,))
async def take_coupon_back(caller: Caller, coupon_id: UUID) -> None:
    """Take a coupon back that no friend has accepted yet."""
    await coupons.take_back(caller.subject, coupon_id)


@mothers.post("/me/coupons", who="member", status=201, refuses=(coupons.CouponNotFound, coupons.CouponExpired))
async def accept_coupon(caller: Caller, body: AcceptCouponIn, key: IdempotencyKey) -> ShownCouponOut:
    """Accept a friend's coupon. Of many who bring the code, the first has it."""
    issued = await coupons.accept(caller.subject, body.gift_code)
    return _shown_out(await coupons.coupon(caller.subject, issued.id))


def _promised(promise: coupons.Promise) -> dict[str, Any]:
    fields = msgspec.structs.asdict(promise)
    return fields | {"stackable": fields.pop("stacking_group") is not None}


def _offer_out(offer: coupons.OfferView) -> CouponOfferOut:
    fields = msgspec.structs.asdict(offer)
    return CouponOfferOut(**_promised(fields.pop("promise")), **fields, can_claim=offer.obstacle is None)


def _own(coupon: coupons.CouponView) -> dict[str, Any]:
    fields = msgspec.structs.asdict(coupon)
    fields.pop("code")
    return _promised(fields.pop("promise")) | fields


def _shown_out(coupon: coupons.CouponView) -> ShownCouponOut:
    over = coupon.status in {coupons.Status.USED, coupons.Status.EXPIRED, coupons.Status.GIVEN_AWAY}
    return ShownCouponOut(
        **_own(coupon), code=None if over else coupon.code, qr=None if over else coupons.qr_of(coupon.code)
    )
