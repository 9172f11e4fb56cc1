"""Reads at the till: which coupons are there, what each would take off these articles, and which to take together."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from membership import cards
from membership.coupons import found
from membership.coupons.codes import read_code
from membership.coupons.discounts import DiscountedLine, Line, Rule, best, discounts, fits
from membership.coupons.errors import CardNotScanned, CouponDoesNotFit, CouponNotFound
from membership.coupons.found import Found
from membership.coupons.views import UsableCoupon


class Advice(msgspec.Struct, frozen=True):
    """A good choice of coupons and what they take off together."""

    codes: list[str]
    discount_fen: int
    lines: list[DiscountedLine]


class Lookup(msgspec.Struct, frozen=True):
    """What can be used: the worthiest first. Two go together when both have groups, and different ones."""

    coupons: list[UsableCoupon]
    best: Advice


class StoreCoupon(msgspec.Struct, frozen=True):
    """A coupon that could be used in a store now, if the articles fit."""

    code: str
    title: str


async def look_up_code(code: str, store_id: UUID, lines: Sequence[Line]) -> Lookup:
    """One coupon by its code, as scanned or typed. Raises what `errors.CANNOT_BE_USED` names."""
    digits = read_code(code)
    coupon = None if digits is None else await found.by_code(digits, store_id)
    if coupon is None:
        raise CouponNotFound
    refusal = coupon.refusal(in_mall=False)
    if refusal is not None:
        raise refusal
    lookup = await _look_up([coupon], lines)
    if not lookup.coupons:
        raise CouponDoesNotFit
    return lookup


async def look_up_card(card: str, store_id: UUID, terminal: str, lines: Sequence[Line]) -> Lookup:
    """All coupons of the member whose code this till has just scanned that take something off.

    A card's number alone does not open them: whoever stands there must have shown her code.
    Raises `CardNotScanned`, and what `cards.read` raises.
    """
    member_id = await cards.scanned_by(await cards.read(card), store_id, terminal)
    if member_id is None:
        raise CardNotScanned
    return await _look_up(await _usable(member_id, store_id), lines)


async def usable_at(member_id: UUID, store_id: UUID) -> list[StoreCoupon]:
    """Her coupons that are good in a store now, what expires first in front."""
    return [StoreCoupon(coupon.code, coupon.title) for coupon in await _usable(member_id, store_id)]


async def _usable(member_id: UUID, store_id: UUID) -> list[Found]:
    coupons = await found.of_member(member_id, store_id)
    return [coupon for coupon in coupons if coupon.refusal(in_mall=False) is None]


async def _look_up(coupons: Sequence[Found], lines: Sequence[Line]) -> Lookup:
    unpromoted = await found.unpromoted([line.sku for line in lines])
    fitting = [coupon for coupon in coupons if fits(coupon.rule, lines, unpromoted)]
    alone = {coupon.id: discounts([coupon.rule], lines, unpromoted).discount_fen for coupon in fitting}
    fitting.sort(key=lambda coupon: (-alone[coupon.id], coupon.valid_until, coupon.id))
    return Lookup(
        [UsableCoupon.of(coupon, alone[coupon.id]) for coupon in fitting],
        _advice(best([coupon.rule for coupon in fitting], lines, unpromoted), fitting, lines, unpromoted),
    )


def _advice(
    chosen: Sequence[Rule], coupons: Sequence[Found], lines: Sequence[Line], unpromoted: frozenset[str]
) -> Advice:
    outcome = discounts(chosen, lines, unpromoted)
    codes = {coupon.id: coupon.code for coupon in coupons}
    return Advice([codes[rule.id] for rule in chosen], outcome.discount_fen, outcome.lines)
