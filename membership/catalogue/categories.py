"""Categories: a tree of two levels, which the staff keeps and everybody sees."""

from uuid import UUID

import asyncpg
import msgspec

from foundation import audit, database
from foundation.ids import new_id
from foundation.transactions import transactional
from membership.catalogue.errors import CategoriesTooDeep, CategoryInUse, CategoryNotFound

MOST_SHOWN = 500


class CategoryView(msgspec.Struct, frozen=True):
    """A category; `parent_id` is null for one of the first level."""

    id: UUID
    parent_id: UUID | None
    name: str
    sort: int


@transactional
async def make_category(by: UUID, name: str, *, parent_id: UUID | None = None, sort: int = 0) -> CategoryView:
    """Raises `CategoryNotFound` (the parent), `CategoriesTooDeep`."""
    await _check_parent(parent_id)
    category = CategoryView(new_id(), parent_id, name, sort)
    await database.execute(
        "INSERT INTO product_category (id, parent_id, name, sort) VALUES ($1, $2, $3, $4)",
        category.id,
        parent_id,
        name,
        sort,
    )
    await audit.record(by, "category.made", "category", category.id, after=_values(category))
    return category


@transactional
async def change_category(by: UUID, category_id: UUID, name: str, *, parent_id: UUID | None, sort: int) -> CategoryView:
    """Raises `CategoryNotFound` (the parent too), `CategoriesTooDeep`."""
    before = await _locked(category_id)
    await _check_parent(parent_id)
    has_parts = await database.fetchval("SELECT true FROM product_category WHERE parent_id = $1 LIMIT 1", category_id)
    if parent_id is not None and (parent_id == category_id or has_parts):
        raise CategoriesTooDeep
    after = CategoryView(category_id, parent_id, name, sort)
    await database.execute(
        "UPDATE product_category SET name = $2, parent_id = $3, sort = $4 WHERE id = $1",
        category_id,
        name,
        parent_id,
        sort,
    )
    await audit.record(by, "category.changed", "category", category_id, before=_values(before), after=_values(after))
    return after


@transactional
async def remove_category(by: UUID, category_id: UUID) -> None:
    """Raises `CategoryNotFound`, `CategoryInUse`."""
    before = await _locked(category_id)
    try:
        await database.execute("DELETE FROM product_category WHERE id = $1", category_id)
    except (asyncpg.RestrictViolationError, asyncpg.ForeignKeyViolationError) as error:
        raise CategoryInUse from error
    await audit.record(by, "category.removed", "category", category_id, before=_values(before))


async def categories() -> list[CategoryView]:
    """All of them, each level in its order; 500 at most."""
    rows = await database.fetch(
        "SELECT id, parent_id, name, sort FROM product_category ORDER BY parent_id NULLS FIRST, sort, id LIMIT $1",
        MOST_SHOWN,
    )
    return [CategoryView(*row) for row in rows]


async def _locked(category_id: UUID) -> CategoryView:
    row = await database.fetchrow(
        "SELECT id, parent_id, name, sort FROM product_category WHERE id = $1 FOR UPDATE", category_id
    )
    if row is None:
        raise CategoryNotFound
    return CategoryView(*row)


async def _check_parent(parent_id: UUID | None) -> None:
    """Locks the parent, so that it does not become a part of another meanwhile."""
    if parent_id is not None and (await _locked(parent_id)).parent_id is not None:
        raise CategoriesTooDeep


def _values(category: CategoryView) -> dict[str, object]:
    return {"name": category.name, "parent": category.parent_id, "sort": category.sort}
