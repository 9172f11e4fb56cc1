"""A checkout in the database: the coupons it holds are locked under its row, which is always locked first."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from membership.coupons import found
from membership.coupons.discounts import DiscountedLine, Kind, Line, combine, discounts, fits, portion
from membership.coupons.errors import CouponDoesNotFit, CouponNotFound, CouponsDoNotCombine
from membership.coupons.found import Found

LOCK_LASTS = timedelta(minutes=10)

HOLD = """
WITH held AS (
    UPDATE coupon SET checkout_id = $1, held_until = (SELECT locked_until FROM coupon_checkout WHERE id = $1)
     WHERE id = ANY($2::uuid[])
), uses AS (
    INSERT INTO coupon_use (id, checkout_id, coupon_id, discount_fen, store_fen, brand_fen)
    SELECT gen_random_uuid(), $1, part.coupon_id, part.discount_fen, part.store_fen, part.discount_fen - part.store_fen
      FROM unnest($2::uuid[], $3::bigint[], $4::bigint[]) AS part (coupon_id, discount_fen, store_fen)
)
UPDATE coupon_checkout SET lines = $5, discount_fen = $6 WHERE id = $1
"""

USE = """
WITH uses AS (
    UPDATE coupon_use SET used_at = now() WHERE checkout_id = $1
), coupons AS (
    UPDATE coupon SET used_at = now(), held_until = NULL WHERE checkout_id = $1
)
UPDATE coupon_checkout SET status = 'used', used_at = now() WHERE id = $1
"""

LOCK_HELD = "SELECT FROM coupon WHERE checkout_id = $1 ORDER BY id FOR UPDATE"
"""In the order in which everybody locks coupons; an UPDATE of several alone has none."""

RELEASE = """
WITH coupons AS (
    UPDATE coupon SET checkout_id = NULL, held_until = NULL WHERE checkout_id = $1
)
UPDATE coupon_checkout SET status = 'released', ended_at = now() WHERE id = $1
"""

RETURN = """
WITH returned AS (
    UPDATE coupon_use SET returned_at = now(),
           given_back = $2 OR coupon_use.used_at > now() - make_interval(days => template.give_back_days)
      FROM coupon JOIN coupon_template template ON template.id = coupon.template_id
     WHERE coupon_use.checkout_id = $1 AND coupon.id = coupon_use.coupon_id
    RETURNING coupon_use.coupon_id, coupon_use.given_back
), coupons AS (
    UPDATE coupon SET checkout_id = NULL, used_at = NULL FROM returned
     WHERE coupon.id = returned.coupon_id AND returned.given_back
)
UPDATE coupon_checkout SET status = 'returned', ended_at = now() WHERE id = $1
"""

SHOW = """
SELECT checkout.id, checkout.status, checkout.receipt, checkout.locked_until, checkout.used_at, checkout.discount_fen,
       checkout.lines::text AS lines,
       (SELECT json_agg(json_build_object('code', coupon.code, 'title', template.title, 'kind', template.kind,
                                          'discount_fen', applied.discount_fen, 'gift', template.gift,
                                          'given_back', applied.given_back) ORDER BY coupon.id)::text
          FROM coupon_use applied JOIN coupon ON coupon.id = applied.coupon_id
          JOIN coupon_template template ON template.id = coupon.template_id
         WHERE applied.checkout_id = checkout.id) AS coupons
  FROM coupon_checkout checkout WHERE checkout.id = $1
"""


class CheckoutStatus(StrEnum):
    """Coupons are locked first and then used, or released; a use ends only when the whole sale comes back."""

    LOCKED = "locked"
    USED = "used"
    RELEASED = "released"
    RETURNED = "returned"


class AppliedCoupon(msgspec.Struct, frozen=True):
    """A coupon of a checkout: what it takes off, or the gift it adds."""

    code: str
    title: str
    kind: Kind
    discount_fen: int
    gift: str | None
    given_back: bool


class Checkout(msgspec.Struct, frozen=True, kw_only=True):
    """The coupons for one receipt. A lock that ran out says `locked` still; `locked_until` tells."""

    id: UUID
    status: CheckoutStatus
    receipt: str | None
    locked_until: datetime | None
    used_at: datetime | None
    discount_fen: int
    lines: list[DiscountedLine]
    coupons: list[AppliedCoupon]


async def show(checkout_id: UUID) -> Checkout:
    """A checkout as it is now."""
    row = await database.fetchrow(SHOW, checkout_id)
    assert row is not None, "checkouts are kept"
    return Checkout(
        id=row["id"],
        status=CheckoutStatus(row["status"]),
        receipt=row["receipt"],
        locked_until=row["locked_until"],
        used_at=row["used_at"],
        discount_fen=row["discount_fen"],
        lines=msgspec.json.decode(row["lines"], type=list[DiscountedLine]),
        coupons=msgspec.json.decode(row["coupons"] or "[]", type=list[AppliedCoupon]),
    )


async def hold(
    checkout_id: UUID, coupon_ids: Sequence[UUID], lines: Sequence[Line], *, store_id: UUID | None, in_mall: bool
) -> int:
    """Locks the coupons for a checkout that was just made, and writes what they take off; how much that is, in fen.

    Raises what `errors.CANNOT_BE_USED` names.
    """
    coupons = await found.locked(coupon_ids, store_id)
    if len(coupons) != len(coupon_ids):
        raise CouponNotFound
    for coupon in coupons:
        refusal = coupon.refusal(in_mall=in_mall)
        if refusal is not None:
            raise refusal
    unpromoted = await found.unpromoted([line.sku for line in lines])
    rules = [coupon.rule for coupon in coupons]
    if not combine(rules):
        raise CouponsDoNotCombine
    outcome = discounts(rules, lines, unpromoted)
    for coupon, fen in zip(coupons, outcome.coupons, strict=True):
        if not fits(coupon.rule, lines, unpromoted) or (fen == 0 and coupon.rule.kind != "gift"):
            raise CouponDoesNotFit
    await database.execute(
        HOLD,
        checkout_id,
        [coupon.id for coupon in coupons],
        outcome.coupons,
        [_store_part(coupon, fen, store_id) for coupon, fen in zip(coupons, outcome.coupons, strict=True)],
        msgspec.json.encode(outcome.lines).decode(),
        outcome.discount_fen,
    )
    return outcome.discount_fen


def _store_part(coupon: Found, discount_fen: int, store_id: UUID | None) -> int:
    """What the store pays of it; in the mall there is none, and the brand pays all."""
    return 0 if store_id is None else portion(discount_fen, coupon.store_share_percent, 100)


async def use(checkout_id: UUID) -> None:
    """Uses what the checkout holds. The caller holds checkout and coupons, and has found that they are still its."""
    await database.execute(USE, checkout_id)


async def still_held(checkout: asyncpg.Record) -> bool:
    """Locks the coupons of a locked checkout; whether they are still its to use.

    A lock that ran out is as good as ever while nobody else took the coupon and it has not expired meanwhile: the
    customer has paid by then.
    """
    rows = await database.fetch("SELECT coupon_id FROM coupon_use WHERE checkout_id = $1", checkout["id"])
    coupons = await found.locked([row["coupon_id"] for row in rows], checkout["store_id"])
    return all(
        coupon.checkout_id == checkout["id"] and not coupon.given_away and (coupon.held or not coupon.over)
        for coupon in coupons
    )


async def release(checkout_id: UUID) -> None:
    """Lets go of what a locked checkout holds. Somebody else may hold a coupon of it by now; that one stays theirs."""
    await database.execute(LOCK_HELD, checkout_id)
    await database.execute(RELEASE, checkout_id)


async def give_back(checkout_id: UUID, *, always: bool = False) -> None:
    """The whole sale came back: nobody pays any more, and the coupons come back as their templates say, or `always`."""
    await database.execute(LOCK_HELD, checkout_id)
    await database.execute(RETURN, checkout_id, always)
