"""Giving a coupon to a friend: whoever first brings its code has it. Until then the giver may take it back."""

import secrets
from uuid import UUID

import msgspec

from foundation import database
from foundation.transactions import transactional
from membership import members
from membership.coupons import found
from membership.coupons.errors import CouponExpired, CouponNotFound, CouponNotTransferable
from membership.coupons.found import Found
from membership.coupons.issuing import Issued


class GiftCode(msgspec.Struct, frozen=True):
    """What the friend brings: it stands in the link that is shared."""

    code: str


@transactional
async def give_away(member_id: UUID, coupon_id: UUID) -> GiftCode:
    """Makes a code that a friend can bring; while it waits, the coupon can't be used. Asked again: the same code.

    Raises `CouponNotFound`, `CouponNotTransferable`, `CouponUsed`, `CouponHeld`, `CouponExpired`.
    """
    coupon = await _hers(member_id, coupon_id)
    row = await database.fetchrow(
        "SELECT coupon.gift_code, template.transferable FROM coupon"
        " JOIN coupon_template template ON template.id = coupon.template_id WHERE coupon.id = $1",
        coupon_id,
    )
    assert row is not None, "it is locked"
    if not row["transferable"]:
        raise CouponNotTransferable
    if row["gift_code"] is not None and not coupon.over:
        return GiftCode(row["gift_code"])
    _refuse_unless_free(coupon)
    code = secrets.token_urlsafe(16)
    await database.execute("UPDATE coupon SET gift_code = $2 WHERE id = $1", coupon_id, code)
    return GiftCode(code)


@transactional
async def take_back(member_id: UUID, coupon_id: UUID) -> None:
    """The giver keeps it after all; once more changes nothing. Raises `CouponNotFound`: a friend was faster, say."""
    await _hers(member_id, coupon_id)
    await database.execute("UPDATE coupon SET gift_code = NULL WHERE id = $1", coupon_id)


@transactional
async def accept(member_id: UUID, code: str) -> Issued:
    """The coupon is hers who brings the code first. Its limit stays with whom it was issued to.

    Raises `CouponNotFound` (somebody was faster, or it was taken back), `CouponExpired`.
    """
    holder = await members.share(member_id)
    coupon_id: UUID | None = await database.fetchval("SELECT id FROM coupon WHERE gift_code = $1 FOR UPDATE", code)
    if coupon_id is None:
        raise CouponNotFound
    (coupon,) = await found.locked([coupon_id], None)
    if coupon.over:
        raise CouponExpired
    await database.execute(
        "UPDATE coupon SET member_id = $2, gift_code = NULL, reminded_at = NULL, checkout_id = NULL, held_until = NULL"
        " WHERE id = $1",
        coupon_id,
        holder.id,
    )
    return Issued(coupon_id)


async def _hers(member_id: UUID, coupon_id: UUID) -> Found:
    coupons = await found.locked([coupon_id], None)
    if not coupons or coupons[0].member_id != member_id:
        raise CouponNotFound
    return coupons[0]


def _refuse_unless_free(coupon: Found) -> None:
    """A coupon that is not valid yet, or only elsewhere, can be given all the same."""
    anywhere = msgspec.structs.replace(coupon, begun=True, in_mall=True)
    refusal = anywhere.refusal(in_mall=True)
    if refusal is not None:
        raise refusal
