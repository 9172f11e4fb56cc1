"""Formula products: what their labels say, which the day a can runs out is reckoned from."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from foundation.errors import Invalid
from foundation.http import Body, Caller, Page, View
from membership import milk
from membership.staff import Role
from server.staff_api.face import staff
from server.staff_api.products import KEEPERS, READERS, FormulaStage, Reason

Sku = Annotated[
    str, Meta(pattern=r"^\S(.{0,62}\S)?$(?!\n)", max_length=64, description="The number under which tills sell it.")
]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
From = Annotated[int, Meta(ge=0, le=120, description="Completed months.")]
Until = Annotated[int, Meta(ge=1, le=240, description="Before this month; null: open.")]
Net = Annotated[int, Meta(ge=50, le=20_000, description="Grams of powder in one sold piece.", examples=[800])]
ScoopMg = Annotated[int, Meta(ge=1, le=75_000, description="Milligrams of powder in a scoop.", examples=[4400])]
ScoopMl = Annotated[int, Meta(ge=10, le=300, description="Millilitres that a scoop makes up.", examples=[30])]


class FormulaProductIn(Body):
    """What the label says. One that is not `listed` can't be chosen any more."""

    sku: Sku
    name: Name
    stage: FormulaStage
    label_from_months: From
    net_g: Net
    scoop_mg: ScoopMg
    scoop_ml: ScoopMl
    label_until_months: Until | None = None
    listed: bool = True


class FormulaProductChangesIn(Body):
    """What changes; what is left out stays. The article number does not change."""

    name: Name | UnsetType = UNSET
    stage: FormulaStage | UnsetType = UNSET
    label_from_months: From | UnsetType = UNSET
    label_until_months: Until | UnsetType | None = UNSET
    net_g: Net | UnsetType = UNSET
    scoop_mg: ScoopMg | UnsetType = UNSET
    scoop_ml: ScoopMl | UnsetType = UNSET
    listed: bool | UnsetType = UNSET


class FormulaPolicyIn(Body):
    """Whether the law refuses the promotion of this product, reminders that it runs out among it."""

    promotion_refused: bool
    reason: Reason


class StaffFormulaProductOut(View):
    id: UUID
    sku: str
    name: str
    stage: int
    label_from_months: int
    label_until_months: int | None
    net_g: int
    scoop_mg: int
    scoop_ml: int
    listed: bool
    promotion_refused: bool


@staff.get("/formula-products", who=READERS, refuses=(Invalid,))
async def staff_formula_products(query: milk.FormulaQuery) -> Page[StaffFormulaProductOut]:
    """All formula products, by stage and name."""
    page = await milk.products(query, only_listed=False)
    return Page(items=[_out(product) for product in page.items], next_cursor=page.next_cursor)


@staff.get("/formula-products/{product_id}", who=READERS, refuses=(milk.FormulaProductNotFound,))
async def staff_formula_product(product_id: UUID) -> StaffFormulaProductOut:
    """One formula product."""
    return _out(await milk.product(product_id))


@staff.post("/formula-products", who=KEEPERS, status=201, refuses=(milk.FormulaProductTaken, Invalid))
async def make_formula_product(caller: Caller, body: FormulaProductIn) -> StaffFormulaProductOut:
    """Add a formula product.

    Reminders of its running out are refused if the house refuses the promotion of its stage."""
    return _out(await milk.make_product(caller.subject, **msgspec.structs.asdict(body)))


@staff.patch("/formula-products/{product_id}", who=KEEPERS, refuses=(milk.FormulaProductNotFound, Invalid))
async def change_formula_product(
    caller: Caller, product_id: UUID, body: FormulaProductChangesIn
) -> StaffFormulaProductOut:
    """Change what the label says. What was reckoned is reckoned anew at the next reading."""
    changes = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}
    return _out(await milk.change_product(caller.subject, product_id, **changes))


@staff.delete("/formula-products/{product_id}", who=KEEPERS, refuses=(milk.FormulaProductNotFound,))
async def remove_formula_product(caller: Caller, product_id: UUID) -> None:
    """Remove one that was a mistake. What is not sold any more is only not `listed`."""
    await milk.remove_product(caller.subject, product_id)


@staff.post(
    "/formula-products/{product_id}/policy",
    who=(Role.ADMINISTRATOR.value,),
    refuses=(milk.FormulaProductNotFound,),
)
async def set_formula_policy(caller: Caller, product_id: UUID, body: FormulaPolicyIn) -> StaffFormulaProductOut:
    """Say that the law refuses the promotion of this product, or that it does not."""
    return _out(await milk.refuse_promotion(caller.subject, product_id, body.promotion_refused, body.reason))


def _out(product: milk.FormulaProduct) -> StaffFormulaProductOut:
    return StaffFormulaProductOut(**msgspec.structs.asdict(product))
