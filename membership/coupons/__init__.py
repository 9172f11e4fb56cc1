"""Coupons: templates, the coupons members hold, and their use at the till or in the mall.

Staff make a template: what it takes off, on which articles and where, how many there are, who pays. A member claims a
coupon or is given one. A till locks coupons for a receipt and then uses them; the mall uses one for an order. How many
exist, how many a member gets and that each is used once is decided by rows of PostgreSQL; what has expired or whose
lock has run out, by its clock.
"""

from membership.coupons.at_till import Basket, Receipt, lock, release, sale_returned, use, use_lock
from membership.coupons.checkouts import AppliedCoupon, Checkout, CheckoutStatus
from membership.coupons.codes import qr_of
from membership.coupons.discounts import DiscountedLine, Kind, Line, Scope
from membership.coupons.errors import (
    CANNOT_BE_USED,
    CardNotScanned,
    CheckoutConflict,
    CheckoutNotFound,
    CouponDoesNotFit,
    CouponExpired,
    CouponGivenAway,
    CouponHeld,
    CouponLimitReached,
    CouponNotFound,
    CouponNotHere,
    CouponNotOffered,
    CouponNotTransferable,
    CouponNotYetValid,
    CouponsDoNotCombine,
    CouponsGone,
    CouponTemplateNotFound,
    CouponUsed,
    LockLost,
    SkuNotPromoted,
    UseIsFinal,
)
from membership.coupons.funding import Funding, funding
from membership.coupons.gifts import GiftCode, accept, give_away, take_back
from membership.coupons.in_mall import apply_in_mall, release_from_mall, usable_in_mall
from membership.coupons.issuing import Issued, claim, give, give_by_staff
from membership.coupons.lookups import Advice, Lookup, StoreCoupon, look_up_card, look_up_code, usable_at
from membership.coupons.making import add_stock, allow_promotion, change_template, make_template, refuse_promotion
from membership.coupons.moving import move_all
from membership.coupons.queries import (
    UnpromotedSkuView,
    coupon,
    coupons,
    find_template,
    offers,
    template,
    templates,
    unpromoted_skus,
    used_of,
)
from membership.coupons.terms import Changes, Terms
from membership.coupons.views import CouponView, Obstacle, OfferView, Promise, Status, TemplateView, UsableCoupon

__all__ = [
    "CANNOT_BE_USED",
    "Advice",
    "AppliedCoupon",
    "Basket",
    "CardNotScanned",
    "Changes",
    "Checkout",
    "CheckoutConflict",
    "CheckoutNotFound",
    "CheckoutStatus",
    "CouponDoesNotFit",
    "CouponExpired",
    "CouponGivenAway",
    "CouponHeld",
    "CouponLimitReached",
    "CouponNotFound",
    "CouponNotHere",
    "CouponNotOffered",
    "CouponNotTransferable",
    "CouponNotYetValid",
    "CouponTemplateNotFound",
    "CouponUsed",
    "CouponView",
    "CouponsDoNotCombine",
    "CouponsGone",
    "DiscountedLine",
    "Funding",
    "GiftCode",
    "Issued",
    "Kind",
    "Line",
    "LockLost",
    "Lookup",
    "Obstacle",
    "OfferView",
    "Promise",
    "Receipt",
    "Scope",
    "SkuNotPromoted",
    "Status",
    "StoreCoupon",
    "TemplateView",
    "Terms",
    "UnpromotedSkuView",
    "UsableCoupon",
    "UseIsFinal",
    "accept",
    "add_stock",
    "allow_promotion",
    "apply_in_mall",
    "change_template",
    "claim",
    "coupon",
    "coupons",
    "find_template",
    "funding",
    "give",
    "give_away",
    "give_by_staff",
    "lock",
    "look_up_card",
    "look_up_code",
    "make_template",
    "move_all",
    "offers",
    "qr_of",
    "refuse_promotion",
    "release",
    "release_from_mall",
    "sale_returned",
    "take_back",
    "template",
    "templates",
    "unpromoted_skus",
    "usable_at",
    "usable_in_mall",
    "use",
    "use_lock",
    "used_of",
]
