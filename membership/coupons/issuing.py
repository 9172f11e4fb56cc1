"""How a coupon comes to be: claimed by a member, given by staff or by another feature.

Two statements: the first makes the coupon under the next ordinal of hers, the second takes one from the stock. So the
template's row, which everybody wants, is locked last, once, by the statement that checks it, and the commit follows.
"""

from uuid import UUID

import msgspec

from foundation import audit, database
from foundation.errors import Unavailable
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership import members
from membership.coupons.codes import new_code
from membership.coupons.errors import (
    CouponLimitReached,
    CouponNotOffered,
    CouponsGone,
    CouponTemplateNotFound,
)

MOST_TRIES = 20
"""Every try that fails has seen another coupon of hers committed, or drawn a code that is taken."""

TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"

MAKE = f"""
INSERT INTO coupon (id, template_id, member_id, issued_to_id, ordinal, code, origin, key, valid_from, valid_until)
SELECT $1, template.id, $3, $3, hers.held + 1, $4, CASE WHEN $5::text IS NULL THEN 'claimed' ELSE 'given' END, $5,
       CASE WHEN after_days = 0 THEN now()
            ELSE COALESCE(starts_on, {TODAY} + after_days)::timestamp AT TIME ZONE 'Asia/Shanghai' END,
       (COALESCE(ends_on, {TODAY} + after_days + lasts_days - 1) + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
  FROM coupon_template template
 CROSS JOIN LATERAL (SELECT count(*)::int AS held FROM coupon
                      WHERE coupon.template_id = template.id AND coupon.issued_to_id = $3) hers
 WHERE template.id = $2 AND hers.held < template.per_member_limit
ON CONFLICT DO NOTHING
RETURNING id
"""  # noqa: S608  # only our own constant is filled in

TAKE = f"""
UPDATE coupon_template SET issued = issued + 1
 WHERE id = $1 AND active AND issued < stock AND (ends_on IS NULL OR ends_on >= {TODAY})
   AND ($2::boolean OR (claimable AND claim_from <= now() AND (claim_until IS NULL OR now() < claim_until)))
"""  # noqa: S608  # as above


class Issued(msgspec.Struct, frozen=True):
    """The coupon that was made."""

    id: UUID


@transactional
async def claim(member_id: UUID, template_id: UUID) -> Issued:
    """She takes a coupon herself.

    Raises `CouponTemplateNotFound`, `CouponNotOffered`, `CouponLimitReached`, `CouponsGone`.
    """
    holder = await members.share(member_id)
    return Issued(await _issue(template_id, holder.id, key=None))


@transactional
async def give_by_staff(by: UUID, template_id: UUID, member_id: UUID, reason: str) -> Issued:
    """A member of staff gives one, from the stock and within the limit, in the claim window or not. Audited.

    Raises `CouponTemplateNotFound`, `CouponNotOffered` (stopped, or over), `CouponLimitReached`, `CouponsGone`.
    """
    holder = await members.share(member_id)
    coupon_id = new_id()
    await _issue(template_id, holder.id, key=f"staff:{coupon_id}", coupon_id=coupon_id)
    # The coupon leads to her; her number would go on doing so when she is erased.
    await audit.record(by, "coupon.given", "coupon", coupon_id, after={"template": template_id}, reason=reason)
    return Issued(coupon_id)


@within_transaction
async def give(template_id: UUID, member_id: UUID, *, key: str) -> UUID:
    """Gives a coupon, once for every `key` (≤ 160 characters); its id, the first one's when asked again.

    Stock and limit hold, the claim window does not. The caller makes sure that she stays who she is
    (`members.share`, or a lock of hers that a merge takes too).
    Raises `CouponTemplateNotFound`, `CouponNotOffered` (stopped, or over), `CouponLimitReached`, `CouponsGone`.
    """
    return await _issue(template_id, member_id, key=key)


async def _issue(template_id: UUID, member_id: UUID, *, key: str | None, coupon_id: UUID | None = None) -> UUID:
    coupon_id = coupon_id or new_id()
    for _ in range(MOST_TRIES):
        if await database.fetchval(MAKE, coupon_id, template_id, member_id, new_code(), key):
            if not await database.execute(TAKE, template_id, key is not None):
                raise await _why_not(template_id)
            return coupon_id
        given = await _given_before(key)
        if given is not None:
            return given
        await _refuse_beyond_limit(template_id, member_id)
    raise Unavailable


async def _given_before(key: str | None) -> UUID | None:
    given: UUID | None = await database.fetchval("SELECT id FROM coupon WHERE key = $1", key)
    return given


async def _refuse_beyond_limit(template_id: UUID, member_id: UUID) -> None:
    row = await database.fetchrow(
        "SELECT per_member_limit, (SELECT count(*) FROM coupon WHERE template_id = $1 AND issued_to_id = $2) AS held"
        " FROM coupon_template WHERE id = $1",
        template_id,
        member_id,
    )
    if row is None:
        raise CouponTemplateNotFound
    if row["held"] >= row["per_member_limit"]:
        raise CouponLimitReached


async def _why_not(template_id: UUID) -> Exception:
    gone = await database.fetchval("SELECT active AND issued >= stock FROM coupon_template WHERE id = $1", template_id)
    return CouponsGone() if gone else CouponNotOffered()
