"""What is refused of coupons."""

from foundation.errors import NotFound, Problem


class CouponTemplateNotFound(NotFound):
    code = "coupon_template_not_found"
    title = "There is no such coupon to be had"
    detail = "这张优惠券已下架，去看看其他优惠吧"


class CouponNotOffered(Problem):
    """It is stopped, or this is not the time, or its validity is over."""

    status = 409
    code = "coupon_not_offered"
    title = "The coupon is not to be had at the moment"
    detail = "现在还不能领取这张优惠券，请留意活动时间"


class CouponsGone(Problem):
    status = 409
    code = "coupons_gone"
    title = "All coupons of this template were taken"
    detail = "来晚一步，优惠券已被领完啦"


class CouponLimitReached(Problem):
    status = 409
    code = "coupon_limit_reached"
    title = "She has had as many of them as one member may"
    detail = "您已领过这张优惠券啦，快去使用吧"


class CouponNotFound(NotFound):
    code = "coupon_not_found"
    title = "There is no such coupon"
    detail = "没有找到这张优惠券，请核对券码"


class CouponUsed(Problem):
    status = 409
    code = "coupon_used"
    title = "The coupon was used"
    detail = "这张优惠券已经用过啦"


class CouponHeld(Problem):
    """Another receipt holds it for a few minutes."""

    status = 409
    code = "coupon_held"
    title = "Another receipt holds the coupon at the moment"
    detail = "这张优惠券正在另一笔订单中使用，请稍后再试"


class CouponExpired(Problem):
    status = 409
    code = "coupon_expired"
    title = "The coupon has expired"
    detail = "这张优惠券已过期，看看其他优惠吧"


class CouponNotYetValid(Problem):
    status = 409
    code = "coupon_not_yet_valid"
    title = "The coupon is not valid yet"
    detail = "这张优惠券还没到使用时间，请稍后再用"


class CouponGivenAway(Problem):
    status = 409
    code = "coupon_given_away"
    title = "The coupon is on its way to a friend"
    detail = "这张优惠券正在赠送中，取消赠送后可继续使用"


class CouponNotHere(Problem):
    """Not in this store, or not at a till or in the mall at all."""

    status = 409
    code = "coupon_not_here"
    title = "The coupon is not good in this place"
    detail = "这张优惠券不能在这里使用，请查看适用门店"


class CouponDoesNotFit(Problem):
    """The articles it is good for are missing or cost too little, or the price is nothing already."""

    status = 409
    code = "coupon_does_not_fit"
    title = "The coupon gives nothing on these articles"
    detail = "还没有达到这张优惠券的使用条件，再选几件吧"


class CouponsDoNotCombine(Problem):
    status = 409
    code = "coupons_do_not_combine"
    title = "These coupons can't be used together"
    detail = "这些优惠券不能一起使用，请只选其中一张"


class CheckoutConflict(Problem):
    status = 409
    code = "coupon_checkout_conflict"
    title = "This receipt or order was sent before with other coupons or articles"
    detail = "该小票已登记过其他用券内容，请先释放后再试"


class CheckoutNotFound(NotFound):
    code = "coupon_checkout_not_found"
    title = "There is no such lock or use"
    detail = "没有找到该笔用券记录"


class LockLost(Problem):
    """It ran out, and the coupon went elsewhere or expired; or it was released."""

    status = 409
    code = "coupon_lock_lost"
    title = "The lock does not hold its coupons any more"
    detail = "用券锁定已失效，请重新选择优惠券"


class UseIsFinal(Problem):
    status = 409
    code = "coupon_use_is_final"
    title = "The coupons were used; only a return of the whole sale ends that"
    detail = "优惠券已核销，整单退货时才能退回"


class SkuNotPromoted(Problem):
    status = 422
    code = "sku_not_promoted"
    title = "The law forbids to promote one of these articles"
    detail = "一段婴儿配方奶粉不得参与优惠，请从适用商品中移除"


class CouponNotTransferable(Problem):
    status = 409
    code = "coupon_not_transferable"
    title = "The coupon can't be given away"
    detail = "这张优惠券仅限本人使用，不能转赠"


class CardNotScanned(Problem):
    status = 409
    code = "card_not_scanned"
    title = "This till has not scanned that code within two hours"
    detail = "请先扫描顾客的会员码"


CANNOT_BE_USED = (
    CouponNotFound,
    CouponUsed,
    CouponHeld,
    CouponExpired,
    CouponNotYetValid,
    CouponGivenAway,
    CouponNotHere,
    CouponDoesNotFit,
    CouponsDoNotCombine,
)
"""Why coupons can't be used here and now."""
