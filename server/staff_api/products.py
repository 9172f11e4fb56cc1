"""Products: what is offered, to whom, for how much; and the policy for what the law forbids to promote."""

from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, field

from foundation.errors import Invalid
from foundation.http import Body, Caller, Page, View
from membership import catalogue
from membership.staff import Role
from server.staff_api.face import staff

KEEPERS = (Role.OPERATOR.value, Role.ADMINISTRATOR.value)
READERS = (Role.CLERK.value, *KEEPERS)

Name = Annotated[str, Meta(min_length=1, max_length=64)]
Description = Annotated[str, Meta(max_length=1000)]
Points = Annotated[int, Meta(ge=1, le=10_000_000)]
Fen = Annotated[int, Meta(ge=0, le=100_000_000)]
Limit = Annotated[int, Meta(ge=1, le=32_767, description="Pieces by one member.")]
Sort = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Codes = Annotated[list[Annotated[str, Meta(pattern="^[a-z0-9_]{1,32}$(?!\\n)")]], Meta(max_length=20)]
FormulaStage = Annotated[int, Meta(ge=1, le=4)]
Rank = Annotated[int, Meta(ge=0, le=100)]
Hours = Annotated[int, Meta(ge=0, le=720)]
Reason = Annotated[str, Meta(min_length=2, max_length=200)]


class ProductIn(Body):
    """A new product. `points` and `money_fen` are for one piece; `stock` is put into the central stock.

    `kind` is `goods` (had by `pickup`, `delivery` or both), `virtual` or `coupon` (of a `coupon_template`). `stages`
    are whom it suits, `allergens` whom it does not. What is left out is not limited.
    """

    name: Name
    description: Description
    points: Points
    stock: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    on_sale: bool = True
    money_fen: Fen = 0
    sort: Sort = 0
    category: UUID | None = None
    kind: catalogue.Kind = catalogue.Kind.GOODS
    pickup: bool = True
    delivery: bool = False
    coupon_template: UUID | None = None
    stock_per_store: bool = False
    most_per_order: Limit | None = None
    most_per_day: Limit | None = None
    most_ever: Limit | None = None
    on_sale_from: datetime | None = None
    on_sale_until: datetime | None = None
    early_rank: Rank = 0
    early_hours: Hours = 0
    stages: Codes = field(default_factory=list)
    allergens: Codes = field(default_factory=list)
    formula_stage: FormulaStage | None = None


class ProductChangesIn(Body):
    """What changes; what is left out stays. `reason` is kept with the change."""

    reason: Reason | None = None
    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    points: Points | UnsetType = UNSET
    money_fen: Fen | UnsetType = UNSET
    sort: Sort | UnsetType = UNSET
    category: UUID | UnsetType | None = UNSET
    kind: catalogue.Kind | UnsetType = UNSET
    pickup: bool | UnsetType = UNSET
    delivery: bool | UnsetType = UNSET
    coupon_template: UUID | UnsetType | None = UNSET
    stock_per_store: bool | UnsetType = UNSET
    most_per_order: Limit | UnsetType | None = UNSET
    most_per_day: Limit | UnsetType | None = UNSET
    most_ever: Limit | UnsetType | None = UNSET
    on_sale_from: datetime | UnsetType | None = UNSET
    on_sale_until: datetime | UnsetType | None = UNSET
    early_rank: Rank | UnsetType = UNSET
    early_hours: Hours | UnsetType = UNSET
    stages: Codes | UnsetType = UNSET
    allergens: Codes | UnsetType = UNSET
    formula_stage: FormulaStage | UnsetType | None = UNSET


class LevelPriceIn(Body):
    """What one piece costs from the level with this code upward."""

    level: Annotated[str, Meta(pattern="^[a-z0-9_]{1,16}$(?!\\n)", examples=["gold"])]
    points: Points
    money_fen: Fen = 0


class LevelPricesIn(Body):
    items: Annotated[list[LevelPriceIn], Meta(max_length=20)]


class OfferIn(Body):
    on_sale: bool


class PolicyIn(Body):
    """Whether the law refuses the promotion of this one product, whatever its stage."""

    promotion_refused: bool
    reason: Reason


class PriceOut(View):
    level: str
    points: int
    money_fen: int


class StaffProductOut(View):
    """A product as the staff keeps it. `stock` and `supplied` are of the central stock."""

    id: UUID
    name: str
    description: str
    points: int
    money_fen: int
    stock: int
    supplied: int
    on_sale: bool
    promotion_refused: bool
    formula_stage: int | None
    sort: int
    category: UUID | None
    pictures: list[UUID]
    kind: catalogue.Kind
    pickup: bool
    delivery: bool
    coupon_template: UUID | None
    stock_per_store: bool
    level_prices: list[PriceOut]
    most_per_order: int | None
    most_per_day: int | None
    most_ever: int | None
    on_sale_from: datetime | None
    on_sale_until: datetime | None
    early_rank: int
    early_hours: int
    stages: list[str]
    allergens: list[str]
    created_at: datetime


@staff.get("/products", who=READERS)
async def staff_products(query: catalogue.StaffQuery) -> Page[StaffProductOut]:
    """All products, offered or not, the newest first."""
    page = await catalogue.staff_products(query)
    return Page(items=[_out(product) for product in page.items], next_cursor=page.next_cursor)


@staff.get("/products/{product_id}", who=READERS, refuses=(catalogue.ProductNotFound,))
async def staff_product(product_id: UUID) -> StaffProductOut:
    """One product, offered or not."""
    return _out(await catalogue.staff_product(product_id))


@staff.post("/products", who=KEEPERS, status=201, refuses=(Invalid,))
async def make_product(caller: Caller, body: ProductIn) -> StaffProductOut:
    """Put a product on the shelf, or prepare it (`on_sale` false).

    Formula of a stage that the law forbids to promote is kept, but not offered.
    """
    made = {name: getattr(body, name) for name in body.__struct_fields__ if name not in BESIDE_TERMS}
    product_id = await catalogue.make_product(
        body.name,
        body.description,
        points=body.points,
        stock=body.stock,
        on_sale=body.on_sale,
        by=caller.subject,
        **cast(catalogue.Terms, made | {"category_id": body.category}),
    )
    return _out(await catalogue.staff_product(product_id))


@staff.patch("/products/{product_id}", who=KEEPERS, refuses=(catalogue.ProductNotFound, Invalid))
async def change_product(caller: Caller, product_id: UUID, body: ProductChangesIn) -> StaffProductOut:
    """Change a product. Orders keep the price at which they were made."""
    values = {name: getattr(body, name) for name in body.__struct_fields__ if name != "reason"}
    if "category" in values:
        values["category_id"] = values.pop("category")
    changes = {name: value for name, value in values.items() if value is not UNSET}
    await catalogue.change_product(caller.subject, product_id, reason=body.reason, **cast(catalogue.Changes, changes))
    return _out(await catalogue.staff_product(product_id))


@staff.post("/products/{product_id}/prices", who=KEEPERS, refuses=(catalogue.ProductNotFound, Invalid))
async def set_level_prices(caller: Caller, product_id: UUID, body: LevelPricesIn) -> StaffProductOut:
    """Replace the prices by level; with none, everybody pays the same. A higher level never pays more."""
    prices = [catalogue.LevelPrice(price.level, price.points, price.money_fen) for price in body.items]
    await catalogue.set_prices(caller.subject, product_id, prices)
    return _out(await catalogue.staff_product(product_id))


@staff.post(
    "/products/{product_id}/offer",
    who=KEEPERS,
    refuses=(catalogue.ProductNotFound, catalogue.PromotionRefused),
)
async def offer_product(caller: Caller, product_id: UUID, body: OfferIn) -> StaffProductOut:
    """Put a product on the shelf or take it off; what is reserved stays reserved."""
    await catalogue.set_on_sale(product_id, body.on_sale, by=caller.subject)
    return _out(await catalogue.staff_product(product_id))


@staff.post("/products/{product_id}/policy", who=(Role.ADMINISTRATOR.value,), refuses=(catalogue.ProductNotFound,))
async def set_product_policy(caller: Caller, product_id: UUID, body: PolicyIn) -> StaffProductOut:
    """Say that the law refuses the promotion of this product, or that it does not. What is refused leaves the shelf."""
    await catalogue.set_promotion_refused(caller.subject, product_id, body.promotion_refused, body.reason)
    return _out(await catalogue.staff_product(product_id))


BESIDE_TERMS = ("name", "description", "points", "stock", "on_sale", "category")
"""Fields of `ProductIn` that are no `catalogue.Terms`, or not by this name."""


def _out(product: catalogue.StaffProduct) -> StaffProductOut:
    same = {name: getattr(product, name) for name in StaffProductOut.__struct_fields__ if hasattr(product, name)}
    return StaffProductOut(
        **same,
        category=product.category_id,
        level_prices=[PriceOut(price.level, price.points, price.money_fen) for price in product.prices],
    )
