"""The shelf: for everybody, and as a mother who is signed in may have it."""

from datetime import datetime
from uuid import UUID

from foundation.http import Caller, Page, View
from membership import catalogue
from miniprogram_api.face import mothers

PICTURES = "/api/v1/mall/pictures"


class ProductOut(View):
    """A product. `points` and `money_fen` are for one piece; `stock` pieces are left, anywhere.

    `cover` is the path of its first picture, small. Before `on_sale_from` it is announced.
    """

    id: UUID
    name: str
    description: str
    points: int
    stock: int
    money_fen: int
    cover: str | None
    on_sale_from: datetime | None


class OfferOut(View):
    """A product as the mother may have it: what it costs at her level, and how many points she lacks.

    `hint` says how to come by them; it is null, and `missing_points` 0, when she can afford it.
    """

    product: ProductOut
    points: int
    money_fen: int
    affordable: bool
    missing_points: int
    hint: str | None
    wished: bool


class PictureOut(View):
    """Paths of one picture in three sizes, WebP."""

    small: str
    medium: str
    large: str


class LevelPriceOut(View):
    """What one piece costs from the level with this code upward."""

    level: str
    points: int
    money_fen: int


class ProductDetailOut(View):
    """All about a product.

    `kind` is `goods`, `virtual` or `coupon`; goods are had by `pickup`, `delivery` or both. With `stock_per_store` a
    pick-up takes from the store's own stock. Levels from `early_rank` on may have it `early_hours` before
    `on_sale_from`. `stages` are whom it suits (none: everybody), `allergens` whom it does not. Limits are in pieces by
    one member, null where there is none; a day is one in Shanghai.
    """

    id: UUID
    name: str
    description: str
    points: int
    money_fen: int
    stock: int
    pictures: list[PictureOut]
    category: UUID | None
    kind: catalogue.Kind
    pickup: bool
    delivery: bool
    stock_per_store: bool
    level_prices: list[LevelPriceOut]
    most_per_order: int | None
    most_per_day: int | None
    most_ever: int | None
    on_sale_from: datetime | None
    on_sale_until: datetime | None
    early_rank: int
    early_hours: int
    stages: list[str]
    allergens: list[str]


class StoreWithOut(View):
    """A store and how many pieces it has."""

    store: str
    store_name: str
    stock: int


class StoresWithOut(View):
    items: list[StoreWithOut]


class PartOut(View):
    id: UUID
    name: str


class CategoryOut(View):
    """A category of the first level and its parts."""

    id: UUID
    name: str
    parts: list[PartOut]


class CategoriesOut(View):
    items: list[CategoryOut]


@mothers.get("/mall/products", who="public")
async def products(query: catalogue.ShelfQuery) -> Page[ProductOut]:
    """What is on offer.

    In the order of the shelf, or by points or age; those that are sold out (`stock` 0) or only announced are listed
    too. `words` is a part of the name, of its pinyin (`naifen`) or of the pinyin's initials (`nf`). Needs no login.
    """
    page = await catalogue.products(query)
    return Page(items=[product_out(product) for product in page.items], next_cursor=page.next_cursor)


@mothers.get("/mall/products/{product_id}", who="public", refuses=(catalogue.ProductNotFound,))
async def product(product_id: UUID) -> ProductDetailOut:
    """One product, with everything about it."""
    return _detail_out(await catalogue.product(product_id))


@mothers.get("/mall/products/{product_id}/stores", who="public", refuses=(catalogue.ProductNotFound,))
async def stores_with_product(product_id: UUID) -> StoresWithOut:
    """The open stores that have pieces of it in a stock of their own; none when it comes from the central stock."""
    return StoresWithOut(
        [
            StoreWithOut(place.store_code, place.store_name, place.stock)
            for place in await catalogue.stores_with(product_id)
            if place.store_code is not None and place.store_name is not None
        ]
    )


@mothers.get("/mall/categories", who="public")
async def categories() -> CategoriesOut:
    """The categories, in two levels."""
    parts: dict[UUID | None, list[catalogue.CategoryView]] = {}
    for category in await catalogue.categories():
        parts.setdefault(category.parent_id, []).append(category)
    return CategoriesOut(
        [
            CategoryOut(top.id, top.name, [PartOut(part.id, part.name) for part in parts.get(top.id, [])])
            for top in parts.get(None, [])
        ]
    )


@mothers.get("/me/mall/products", who="member")
async def my_products(caller: Caller, query: catalogue.OfferQuery) -> Page[OfferOut]:
    """What is on offer, as she may have it: her price, what she can afford, what she lacks.

    `affordable` leaves out what her points do not reach for. By points, it is ordered by everybody's price.
    """
    page = await catalogue.offers(caller.subject, query, catalogue.Suitability())
    return Page(items=[offer_out(offer) for offer in page.items], next_cursor=page.next_cursor)


@mothers.get("/me/mall/products/{product_id}", who="member", refuses=(catalogue.ProductNotFound,))
async def my_product(caller: Caller, product_id: UUID) -> OfferOut:
    """One product as she may have it."""
    return offer_out(await catalogue.offer(caller.subject, product_id))


def product_out(product: catalogue.ProductView) -> ProductOut:
    return ProductOut(
        product.id,
        product.name,
        product.description,
        product.points,
        product.stock,
        product.money_fen,
        f"{PICTURES}/{product.cover}/small" if product.cover else None,
        product.on_sale_from,
    )


def offer_out(offer: catalogue.Offer) -> OfferOut:
    return OfferOut(
        product=product_out(offer.product),
        points=offer.points,
        money_fen=offer.money_fen,
        affordable=offer.missing_points == 0,
        missing_points=offer.missing_points,
        hint=offer.hint,
        wished=offer.wished,
    )


def _detail_out(product: catalogue.ProductDetail) -> ProductDetailOut:
    return ProductDetailOut(
        id=product.id,
        name=product.name,
        description=product.description,
        points=product.points,
        money_fen=product.money_fen,
        stock=product.stock,
        pictures=[_picture_out(picture_id) for picture_id in product.pictures],
        category=product.category_id,
        kind=product.kind,
        pickup=product.pickup,
        delivery=product.delivery,
        stock_per_store=product.stock_per_store,
        level_prices=[LevelPriceOut(price.level, price.points, price.money_fen) for price in product.prices],
        most_per_order=product.most_per_order,
        most_per_day=product.most_per_day,
        most_ever=product.most_ever,
        on_sale_from=product.on_sale_from,
        on_sale_until=product.on_sale_until,
        early_rank=product.early_rank,
        early_hours=product.early_hours,
        stages=product.stages,
        allergens=product.allergens,
    )


def _picture_out(picture_id: UUID) -> PictureOut:
    small, medium, large = (f"{PICTURES}/{picture_id}/{size}" for size in ("small", "medium", "large"))
    return PictureOut(small, medium, large)
