"""What tills send about coupons, and what they are answered."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, View
from membership import coupons
from membership.stores import StoreCode
from server.partner_api.shapes import AmountFen, CardText, Quantity, ReceiptNumber, Sku, Terminal

CouponCode = Annotated[
    str,
    Meta(
        min_length=14,
        max_length=32,
        description="A coupon's code as scanned (`COUPON:…`) or typed (14 digits, spaces allowed).",
        examples=["70482915536621"],
    ),
]
Codes = Annotated[list[CouponCode], Meta(min_length=1, max_length=10)]


class CouponLineIn(Body):
    """An article of the receipt; `amount_fen` is for the whole quantity, before coupons."""

    sku: Sku
    quantity: Quantity
    amount_fen: AmountFen


Lines = Annotated[list[CouponLineIn], Meta(min_length=1, max_length=200)]


class CouponLookupIn(Body):
    """Exactly one of `code` (of a coupon) and `card` (the member's code, as this till has scanned it)."""

    store: StoreCode
    terminal: Terminal
    lines: Lines
    code: CouponCode | None = None
    card: CardText | None = None


class CouponLockIn(Body):
    codes: Codes
    store: StoreCode
    terminal: Terminal
    receipt: ReceiptNumber
    """The till's own number; the sale must be sent under the same."""
    lines: Lines


class CouponUseIn(Body):
    """Exactly one of `lock` (of this very receipt) and `codes`; `lines` go with `codes`, and only with them."""

    store: StoreCode
    terminal: Terminal
    receipt: ReceiptNumber
    lock: UUID | None = None
    codes: Codes | None = None
    lines: Lines | None = None


class CouponReleaseIn(Body):
    store: StoreCode
    terminal: Terminal
    receipt: ReceiptNumber
    lock: UUID | None = None
    """Lets go of this lock and of no later one."""
    returned: bool = False
    """The whole sale came back: ends a use as well."""


class UsableCouponOut(View):
    """A coupon that takes something off these lines: how much, if it is the only one."""

    code: str
    title: str
    kind: coupons.Kind
    discount_fen: int
    gift: str | None
    """What to hand over with the goods."""
    group: str | None
    """Coupons go together when both have groups, and different ones; null: with no other."""
    valid_until: datetime


class DiscountedLineOut(View):
    """A line as it was sent, and what the coupons together take off it."""

    sku: str
    quantity: int
    amount_fen: int
    discount_fen: int


class AdviceOut(View):
    """A good choice among them, and what it takes off."""

    codes: list[str]
    discount_fen: int
    lines: list[DiscountedLineOut]


class CouponLookupOut(View):
    """The worthiest first."""

    coupons: list[UsableCouponOut]
    best: AdviceOut


class AppliedCouponOut(View):
    code: str
    title: str
    kind: coupons.Kind
    discount_fen: int
    gift: str | None
    given_back: bool
    """After a return: whether the member can use it again."""


class CouponCheckoutOut(View):
    """The coupons of a receipt. `status`: `locked` (until `locked_until`), `used`, `released` or `returned`."""

    id: UUID
    status: coupons.CheckoutStatus
    receipt: str
    locked_until: datetime | None
    used_at: datetime | None
    discount_fen: int
    lines: list[DiscountedLineOut]
    coupons: list[AppliedCouponOut]


def lines_of(lines: list[CouponLineIn]) -> list[coupons.Line]:
    return [coupons.Line(line.sku, line.quantity, line.amount_fen) for line in lines]


def lines_out(lines: list[coupons.DiscountedLine]) -> list[DiscountedLineOut]:
    return [DiscountedLineOut(line.sku, line.quantity, line.amount_fen, line.discount_fen) for line in lines]


def lookup_out(lookup: coupons.Lookup) -> CouponLookupOut:
    return CouponLookupOut(
        coupons=[
            UsableCouponOut(
                code=coupon.code,
                title=coupon.title,
                kind=coupon.kind,
                discount_fen=coupon.discount_fen,
                gift=coupon.gift,
                group=coupon.stacking_group,
                valid_until=coupon.valid_until,
            )
            for coupon in lookup.coupons
        ],
        best=AdviceOut(
            codes=lookup.best.codes, discount_fen=lookup.best.discount_fen, lines=lines_out(lookup.best.lines)
        ),
    )


def checkout_out(checkout: coupons.Checkout) -> CouponCheckoutOut:
    assert checkout.receipt is not None, "a till's checkout is a receipt's"
    return CouponCheckoutOut(
        id=checkout.id,
        status=checkout.status,
        receipt=checkout.receipt,
        locked_until=checkout.locked_until,
        used_at=checkout.used_at,
        discount_fen=checkout.discount_fen,
        lines=lines_out(checkout.lines),
        coupons=[
            AppliedCouponOut(
                code=coupon.code,
                title=coupon.title,
                kind=coupon.kind,
                discount_fen=coupon.discount_fen,
                gift=coupon.gift,
                given_back=coupon.given_back,
            )
            for coupon in checkout.coupons
        ],
    )
