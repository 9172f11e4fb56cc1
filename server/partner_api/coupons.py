"""Coupons at a till: look up, lock, use, release. docs/coupons-at-the-till.md tells the whole story."""

from foundation.errors import FieldError, Invalid
from membership import cards, coupons, stores
from server.partner_api.coupon_shapes import (
    CouponCheckoutOut,
    CouponLockIn,
    CouponLookupIn,
    CouponLookupOut,
    CouponReleaseIn,
    CouponUseIn,
    checkout_out,
    lines_of,
    lookup_out,
)
from server.partner_api.face import LIMIT, PARTNER, partner
from server.partner_api.signatures import Till


@partner.post(
    "/coupons/lookups",
    who=PARTNER,
    limit=LIMIT,
    refuses=(*coupons.CANNOT_BE_USED, coupons.CardNotScanned, *cards.REFUSALS, stores.StoreUnknown),
)
async def post_coupon_lookup(caller: Till, body: CouponLookupIn) -> CouponLookupOut:
    """Look coupons up.

    By `card`: all coupons of the member whose code this till scanned within two hours that take something off these
    lines. By `code`: that one, or why it can't be used. Nothing is locked by it."""
    if (body.code is None) == (body.card is None):
        raise Invalid(errors=[FieldError("code", "券码（code）和会员码（card）请提供其中一个")])
    store_id = (await stores.of_partner(caller.partner_id, body.store)).id
    lines = lines_of(body.lines)
    if body.code is not None:
        return lookup_out(await coupons.look_up_code(body.code, store_id, lines))
    assert body.card is not None
    return lookup_out(await coupons.look_up_card(body.card, store_id, body.terminal, lines))


@partner.post(
    "/coupons/locks",
    who=PARTNER,
    limit=LIMIT,
    refuses=(*coupons.CANNOT_BE_USED, coupons.CheckoutConflict, stores.StoreUnknown),
)
async def post_coupon_lock(caller: Till, body: CouponLockIn) -> CouponCheckoutOut:
    """Lock coupons for a receipt.

    For ten minutes no other receipt gets them. The same receipt with the same content gets the same lock; a receipt
    that holds others releases them first."""
    receipt = await _receipt(caller, body.store, body.terminal, body.receipt)
    return checkout_out(await coupons.lock(receipt, coupons.Basket(codes=body.codes, lines=lines_of(body.lines))))


@partner.post(
    "/coupons/uses",
    who=PARTNER,
    limit=LIMIT,
    refuses=(
        *coupons.CANNOT_BE_USED,
        coupons.CheckoutConflict,
        coupons.CheckoutNotFound,
        coupons.LockLost,
        stores.StoreUnknown,
    ),
)
async def post_coupon_use(caller: Till, body: CouponUseIn) -> CouponCheckoutOut:
    """Use coupons.

    Final: only a return of the whole sale ends it. By the lock, or by codes and lines as if they were locked now. The
    same receipt with the same content gets the same answer, with other content it is refused. A lock that has run out
    is still good while nobody else took its coupons and they have not expired."""
    if (body.lock is None) == (body.codes is None):
        raise Invalid(errors=[FieldError("lock", "锁定（lock）和券码（codes）请提供其中一个")])
    if (body.codes is None) != (body.lines is None):
        raise Invalid(errors=[FieldError("lines", "商品明细（lines）与券码（codes）请一起提供，或都留空")])
    receipt = await _receipt(caller, body.store, body.terminal, body.receipt)
    if body.lock is not None:
        return checkout_out(await coupons.use_lock(receipt, body.lock))
    assert body.codes is not None
    assert body.lines is not None
    return checkout_out(await coupons.use(receipt, coupons.Basket(codes=body.codes, lines=lines_of(body.lines))))


@partner.post(
    "/coupons/releases",
    who=PARTNER,
    limit=LIMIT,
    refuses=(coupons.CheckoutNotFound, coupons.UseIsFinal, stores.StoreUnknown),
)
async def post_coupon_release(caller: Till, body: CouponReleaseIn) -> CouponCheckoutOut:
    """Let coupons go.

    The customer pays without them, or not at all. After a use only with `returned`: the whole sale came back, nobody
    pays for the discount any more, and each coupon is given back if its template says so. Sent again, it changes
    nothing."""
    receipt = await _receipt(caller, body.store, body.terminal, body.receipt)
    return checkout_out(await coupons.release(receipt, lock_id=body.lock, returned=body.returned))


async def _receipt(caller: Till, store: str, terminal: str, number: str) -> coupons.Receipt:
    store_id = (await stores.of_partner(caller.partner_id, store)).id
    return coupons.Receipt(partner_id=caller.partner_id, store_id=store_id, terminal=terminal, receipt=number)
