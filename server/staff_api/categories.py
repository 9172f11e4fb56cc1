"""The categories of the products, in two levels."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, Caller, View
from membership import catalogue
from server.staff_api.face import staff
from server.staff_api.products import KEEPERS, READERS, Sort


class CategoryIn(Body):
    """With a `parent` it is a part of that category, which is no part itself."""

    name: Annotated[str, Meta(min_length=1, max_length=16)]
    parent: UUID | None = None
    sort: Sort = 0


class StaffCategoryOut(View):
    id: UUID
    name: str
    parent: UUID | None
    sort: int


class StaffCategoriesOut(View):
    items: list[StaffCategoryOut]


@staff.get("/categories", who=READERS)
async def staff_categories() -> StaffCategoriesOut:
    """All categories, each level in its order."""
    return StaffCategoriesOut([_out(category) for category in await catalogue.categories()])


@staff.post("/categories", who=KEEPERS, status=201, refuses=(catalogue.CategoryNotFound, catalogue.CategoriesTooDeep))
async def make_category(caller: Caller, body: CategoryIn) -> StaffCategoryOut:
    """Make a category."""
    return _out(await catalogue.make_category(caller.subject, body.name, parent_id=body.parent, sort=body.sort))


@staff.post(
    "/categories/{category_id}",
    who=KEEPERS,
    refuses=(catalogue.CategoryNotFound, catalogue.CategoriesTooDeep),
)
async def change_category(caller: Caller, category_id: UUID, body: CategoryIn) -> StaffCategoryOut:
    """Name, sort or move a category; what is left out is as for a new one."""
    changed = await catalogue.change_category(
        caller.subject, category_id, body.name, parent_id=body.parent, sort=body.sort
    )
    return _out(changed)


@staff.delete("/categories/{category_id}", who=KEEPERS, refuses=(catalogue.CategoryNotFound, catalogue.CategoryInUse))
async def remove_category(caller: Caller, category_id: UUID) -> None:
    """Remove a category that has neither products nor parts."""
    await catalogue.remove_category(caller.subject, category_id)


def _out(category: catalogue.CategoryView) -> StaffCategoryOut:
    return StaffCategoryOut(category.id, category.name, category.parent_id, category.sort)
