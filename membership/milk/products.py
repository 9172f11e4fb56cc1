"""The formula products: kept by the staff from the labels, looked up by everybody. No price and no word of praise."""

from typing import Annotated, Any, TypedDict, Unpack
from uuid import UUID

import asyncpg
import msgspec

from foundation import audit, complaints, database
from foundation.errors import FieldError, Invalid
from foundation.ids import new_id
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from foundation.transactions import transactional
from membership import catalogue
from membership.milk.errors import FormulaProductNotFound, FormulaProductTaken

COLUMNS = (
    "id, sku, name, stage, label_from_months, label_until_months, net_g, scoop_mg, scoop_ml, listed, promotion_refused"
)
GET = f"SELECT {COLUMNS} FROM formula_product WHERE id = $1"  # noqa: S608  # our own
LIST = f"""
SELECT {COLUMNS} FROM formula_product
 WHERE (stage, name, sku) > ($1, $2, $3) AND ($4::int IS NULL OR stage = $4) AND (listed OR NOT $5)
 ORDER BY stage, name, sku LIMIT $6
"""  # noqa: S608  # our own
CHANGE = """
UPDATE formula_product SET name = $2, stage = $3, label_from_months = $4, label_until_months = $5, net_g = $6,
       scoop_mg = $7, scoop_ml = $8, listed = $9, promotion_refused = $10
 WHERE id = $1
"""


class FormulaProduct(msgspec.Struct, frozen=True, array_like=True):
    """What the label says. One piece holds `net_g`; a scoop is `scoop_mg` of powder and makes up `scoop_ml`.

    The label's range is from completed months to before completed months (None: open).
    """

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

    def made_up(self, percent: int) -> int:
        """What a percentage of one piece makes up, in hundredths of a millilitre, rounded down."""
        return percent * self.net_g * 1000 * self.scoop_ml // self.scoop_mg

    def powder_g(self, volume: int) -> int:
        """The powder in hundredths of a millilitre made up: whole grams, rounded down."""
        return volume * self.scoop_mg // (self.scoop_ml * 100_000)


class ProductTerms(TypedDict):
    """What is said of a product."""

    name: str
    stage: int
    label_from_months: int
    label_until_months: int | None
    net_g: int
    scoop_mg: int
    scoop_ml: int
    listed: bool


class ProductChanges(ProductTerms, total=False):
    """Those of them that change."""


class FormulaQuery(PageQuery, frozen=True, kw_only=True):
    """Which products, by stage and name."""

    stage: Annotated[int, msgspec.Meta(ge=1, le=4)] | None = None


@transactional
async def make_product(by: UUID | None, sku: str, **terms: Unpack[ProductTerms]) -> FormulaProduct:
    """Adds a product. Messages of its running out are refused for the stages whose promotion the house refuses.

    `by` is None for the house itself. Raises `Invalid` for what contradicts itself, `FormulaProductTaken`.
    """
    refused = terms["stage"] in (await catalogue.settings()).refused_stages
    product = FormulaProduct(id=new_id(), sku=sku, promotion_refused=refused, **terms)
    _check(product)
    values = msgspec.structs.astuple(product)
    try:
        await database.execute(
            f"INSERT INTO formula_product ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",  # noqa: S608  # our own
            *values,
        )
    except asyncpg.UniqueViolationError as error:
        raise FormulaProductTaken from error
    if by is not None:
        await audit.record(by, "formula.made", "formula_product", product.id, after=_values(product))
    return product


@transactional
async def change_product(by: UUID, product_id: UUID, **changes: Unpack[ProductChanges]) -> FormulaProduct:
    """Changes what is named; one that becomes a stage whose promotion the house refuses is refused from then on.

    Raises `FormulaProductNotFound`, `Invalid`.
    """
    before = await _held(product_id)
    after = msgspec.structs.replace(before, **changes)
    if after.stage != before.stage and after.stage in (await catalogue.settings()).refused_stages:
        after = msgspec.structs.replace(after, promotion_refused=True)
    _check(after)
    await _write(by, "formula.changed", before, after, None)
    return after


@transactional
async def refuse_promotion(by: UUID, product_id: UUID, refused: bool, reason: str) -> FormulaProduct:
    """Says that the law refuses the promotion of this product, or that it does not. Raises `FormulaProductNotFound`."""
    before = await _held(product_id)
    after = msgspec.structs.replace(before, promotion_refused=refused)
    await _write(by, "formula.policy", before, after, reason)
    return after


@transactional
async def remove_product(by: UUID, product_id: UUID) -> None:
    """Removes one that was a mistake: nothing can be reckoned for whoever drinks it. Raises `FormulaProductNotFound`.

    What is not sold any more is only not `listed`.
    """
    before = await _held(product_id)
    await database.execute("DELETE FROM formula_product WHERE id = $1", product_id)
    await audit.record(by, "formula.removed", "formula_product", product_id, before=_values(before))


async def product(product_id: UUID) -> FormulaProduct:
    """Raises `FormulaProductNotFound`."""
    return _product(await database.fetchrow(GET, product_id))


async def products(query: FormulaQuery, *, only_listed: bool) -> Page[FormulaProduct]:
    """By stage, name and article number. Raises `Invalid` (cursor)."""
    after = read_cursor(query.cursor, int, str, str) if query.cursor else (0, "", "")
    if not 0 <= after[0] <= 4:
        raise Invalid(errors=[FieldError("cursor", complaints.CURSOR)])
    rows = await database.fetch(LIST, *after, query.stage, only_listed, query.limit + 1)
    shown = [FormulaProduct(*row) for row in rows[: query.limit]]
    more = len(rows) > query.limit
    return Page(items=shown, next_cursor=write_cursor(shown[-1].stage, shown[-1].name, shown[-1].sku) if more else None)


async def _held(product_id: UUID) -> FormulaProduct:
    return _product(await database.fetchrow(f"{GET} FOR UPDATE", product_id))


def _product(row: asyncpg.Record | None) -> FormulaProduct:
    if row is None:
        raise FormulaProductNotFound
    return FormulaProduct(*row)


async def _write(by: UUID, action: str, before: FormulaProduct, after: FormulaProduct, reason: str | None) -> None:
    old, new = _values(before), _values(after)
    changed = [name for name in new if new[name] != old[name]]
    if not changed:
        return
    await database.execute(
        CHANGE,
        after.id,
        after.name,
        after.stage,
        after.label_from_months,
        after.label_until_months,
        after.net_g,
        after.scoop_mg,
        after.scoop_ml,
        after.listed,
        after.promotion_refused,
    )
    await audit.record(
        by,
        action,
        "formula_product",
        after.id,
        before={name: old[name] for name in changed},
        after={name: new[name] for name in changed},
        reason=reason,
    )


def _values(product: FormulaProduct) -> dict[str, Any]:
    return {name: getattr(product, name) for name in FormulaProduct.__struct_fields__ if name != "id"}


def _check(product: FormulaProduct) -> None:
    """What the database would refuse as well."""
    errors = []
    until = product.label_until_months
    if until is not None and until <= product.label_from_months:
        errors.append(FieldError("label_until_months", "适用月龄的结束应大于开始，请检查一下"))
    if not 80 * product.scoop_ml <= product.scoop_mg <= 250 * product.scoop_ml:
        errors.append(FieldError("scoop_mg", "每勺的克数和冲调的毫升数对不上，请照包装再核对一下（单位：毫克、毫升）"))
    if errors:
        raise Invalid(errors=errors)
