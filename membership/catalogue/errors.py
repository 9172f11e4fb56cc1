"""What the catalogue refuses."""

from foundation.errors import NotFound, Problem


class ProductNotFound(NotFound):
    code = "product_not_found"
    title = "There is no such product, or it is not offered any more"
    detail = "这件礼品已下架，去看看其他好礼吧"


class SoldOut(Problem):
    status = 409
    code = "sold_out"
    title = "There are not that many pieces left"
    detail = "来晚一步，这件礼品已被兑完啦"


class QuantityOutOfRange(Problem):
    status = 422
    code = "quantity_out_of_range"
    title = "An order has 1 to 99 pieces"
    detail = "每次可兑换1到99件"


class NotYetOnSale(Problem):
    status = 409
    code = "not_yet_on_sale"
    title = "The product is announced and not on sale yet"
    detail = "这件礼品{begins}开兑，请到时再来"


class LevelTooLow(Problem):
    status = 409
    code = "level_too_low"
    title = "Only higher levels may have the product already"
    detail = "这件礼品正由{level}会员优先兑换，{begins}向所有会员开放"


class LimitReached(Problem):
    status = 409
    code = "limit_reached"
    title = "That would be more than one member may have, in an order, on a day or ever"
    detail = "这件礼品{limit}，您已达到限兑数量"


class FulfilmentNotOffered(Problem):
    status = 422
    code = "fulfilment_not_offered"
    title = "The product can't be had this way (pick-up, delivery, at once)"
    detail = "这件礼品不支持这种领取方式，请换一种"


class PromotionRefused(Problem):
    status = 422
    code = "promotion_refused"
    title = "The law forbids to promote this product, and a gift is promotion"
    detail = "一段婴儿配方奶粉不得参与促销"


class StockTooLow(Problem):
    status = 409
    code = "stock_too_low"
    title = "There are not that many pieces in stock at that place"
    detail = "库存没有这么多，请核对后再试"


class CategoryNotFound(NotFound):
    code = "category_not_found"
    title = "There is no such category"
    detail = "没有找到这个分类"


class CategoryInUse(Problem):
    status = 409
    code = "category_in_use"
    title = "The category has products or parts"
    detail = "分类下还有商品或子分类，请先移走"


class CategoriesTooDeep(Problem):
    status = 422
    code = "categories_too_deep"
    title = "Categories have two levels: the parent is itself a part of another, or this one has parts"
    detail = "分类最多两级，请换一个上级分类"


class TooManyPictures(Problem):
    status = 409
    code = "too_many_pictures"
    title = "A product has nine pictures at most"
    detail = "每件商品最多9张图片，请先删除一张"


class PictureNotFound(NotFound):
    code = "picture_not_found"
    title = "There is no such picture"
    detail = "没有找到这张图片"


class WishListFull(Problem):
    status = 409
    code = "wish_list_full"
    title = "A wish list holds 100 products"
    detail = "心愿单最多100件，先移出几件再来吧"
