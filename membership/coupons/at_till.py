"""The till: coupons are locked for a receipt, used with it, or let go. All of it may be sent twice."""

import hashlib
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from foundation.errors import FieldError, Invalid, Unavailable
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership.coupons import checkouts, found
from membership.coupons.checkouts import LOCK_LASTS, Checkout, CheckoutStatus
from membership.coupons.codes import read_code
from membership.coupons.discounts import Line
from membership.coupons.errors import CheckoutConflict, CheckoutNotFound, CouponNotFound, LockLost, UseIsFinal

MOST_TRIES = 5

BEGIN = """
INSERT INTO coupon_checkout
       (id, partner_id, store_id, receipt, terminal, fingerprint, status, lines, discount_fen, locked_until)
VALUES ($1, $2, $3, $4, $5, $6, 'locked', '[]', 0, now() + $7::interval)
ON CONFLICT DO NOTHING RETURNING true
"""

LIVE = """
SELECT id, store_id, status, fingerprint, locked_until <= now() AS lapsed FROM coupon_checkout
 WHERE partner_id = $1 AND store_id = $2 AND receipt = $3 AND status <> 'released' FOR UPDATE
"""

NAMED = """
SELECT id, store_id, status, receipt, terminal FROM coupon_checkout
 WHERE id = $1 AND partner_id = $2 AND store_id = $3 FOR UPDATE
"""

LATEST = """
SELECT id, status, receipt FROM coupon_checkout WHERE partner_id = $1 AND store_id = $2 AND receipt = $3
 ORDER BY status = 'released', created_at DESC LIMIT 1 FOR UPDATE
"""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt as its till knows it: with partner and store, its number is its identity."""

    partner_id: UUID
    store_id: UUID
    terminal: str
    receipt: str


class Basket(msgspec.Struct, frozen=True, kw_only=True):
    """What lies on the counter, and the coupons shown for it, as scanned or typed."""

    codes: list[str]
    lines: list[Line]


@transactional
async def lock(receipt: Receipt, basket: Basket) -> Checkout:
    """Holds coupons for a receipt, for ten minutes. The same receipt and content get the same lock.

    Raises what `errors.CANNOT_BE_USED` names, `CheckoutConflict` (the receipt holds or used others), `Invalid`.
    """
    live = await _begin(receipt, basket)
    return await checkouts.show(live["id"])


@transactional
async def use(receipt: Receipt, basket: Basket) -> Checkout:
    """Uses coupons for a receipt, whether it locked them before or not. Final; sent again, it gets the same answer.

    Raises as `lock` does, and `LockLost`.
    """
    live = await _begin(receipt, basket)
    return await _use(live)


@transactional
async def use_lock(receipt: Receipt, lock_id: UUID) -> Checkout:
    """Uses what a lock of this receipt holds. Final; sent again, it gets the same answer.

    Raises `CheckoutNotFound`, `CheckoutConflict` (the lock is another receipt's), `LockLost`.
    """
    named = await database.fetchrow(NAMED, lock_id, receipt.partner_id, receipt.store_id)
    if named is None:
        raise CheckoutNotFound
    if (named["receipt"], named["terminal"]) != (receipt.receipt, receipt.terminal):
        raise CheckoutConflict
    return await _use(named)


@transactional
async def release(receipt: Receipt, *, lock_id: UUID | None = None, returned: bool = False) -> Checkout:
    """Lets go of a receipt's lock (`lock_id`, or the live one); with `returned`, ends a use as well: the whole sale
    came back, and the coupons come back as their templates say. Sent again, it gets the same answer.

    Raises `CheckoutNotFound`, `UseIsFinal`.
    """
    if lock_id is None:
        row = await database.fetchrow(LATEST, receipt.partner_id, receipt.store_id, receipt.receipt)
    else:
        row = await database.fetchrow(NAMED, lock_id, receipt.partner_id, receipt.store_id)
    if row is None or row["receipt"] != receipt.receipt:
        raise CheckoutNotFound
    if row["status"] == CheckoutStatus.LOCKED:
        await checkouts.release(row["id"])
    elif row["status"] == CheckoutStatus.USED:
        if not returned:
            raise UseIsFinal
        await checkouts.give_back(row["id"])
    return await checkouts.show(row["id"])


@within_transaction
async def sale_returned(partner_id: UUID, store_id: UUID, receipt: str) -> bool:
    """All of a sale came back: ends the use of its coupons as `release` does; whether there was one to end."""
    live = await database.fetchrow(LIVE, partner_id, store_id, receipt)
    if live is None or live["status"] != CheckoutStatus.USED:
        return False
    await checkouts.give_back(live["id"])
    return True


async def _begin(receipt: Receipt, basket: Basket) -> asyncpg.Record:
    """The receipt's checkout, which is this very one sent before, or a new one that holds the coupons now."""
    coupon_ids = await _coupons_of(basket)
    fingerprint = _fingerprint(receipt, basket)
    identity = (receipt.partner_id, receipt.store_id, receipt.receipt)
    for _ in range(MOST_TRIES):
        checkout_id = new_id()
        made = await database.fetchval(BEGIN, checkout_id, *identity, receipt.terminal, fingerprint, LOCK_LASTS)
        if made:
            await checkouts.hold(checkout_id, coupon_ids, basket.lines, store_id=receipt.store_id, in_mall=False)
        live = await database.fetchrow(LIVE, *identity)
        if live is None:
            continue  # it was released in this very moment
        if live["status"] == CheckoutStatus.LOCKED and live["lapsed"]:
            await checkouts.release(live["id"])
            continue
        if live["fingerprint"] != fingerprint:
            raise CheckoutConflict
        return live
    raise Unavailable


async def _use(live: asyncpg.Record) -> Checkout:
    match live["status"]:
        case CheckoutStatus.LOCKED:
            if not await checkouts.still_held(live):
                raise LockLost
            await checkouts.use(live["id"])
        case CheckoutStatus.RELEASED:
            raise LockLost
    return await checkouts.show(live["id"])


async def _coupons_of(basket: Basket) -> list[UUID]:
    codes = [read_code(text) for text in basket.codes]
    known = await found.ids_of([code for code in codes if code is not None])
    for at, code in enumerate(codes):
        if code is None or code not in known:
            raise CouponNotFound(errors=[FieldError(f"codes[{at}]", "没有这张优惠券，请核对券码")])
        if code in codes[:at]:
            raise Invalid(errors=[FieldError(f"codes[{at}]", "券码重复了，请只保留一个")])
    return [known[code] for code in codes if code is not None]


def _fingerprint(receipt: Receipt, basket: Basket) -> bytes:
    """The same content gives the same bytes, whatever order the codes come in and however they were read."""
    codes = sorted(str(read_code(text)) for text in basket.codes)
    return hashlib.sha256(msgspec.json.encode((receipt.terminal, codes, basket.lines))).digest()
