"""Writes: what the staff put on the shelf, change and take off it.

`by` is who of the staff did it; None is the house itself, which plants its small world and is not audited.
"""

from collections.abc import Mapping
from typing import Any, Unpack
from uuid import UUID

from foundation import audit, database
from foundation.ids import new_id
from foundation.transactions import transactional
from membership.catalogue import searching
from membership.catalogue.errors import ProductNotFound, PromotionRefused
from membership.catalogue.pricing import refuse_rising_prices
from membership.catalogue.stocking import supply
from membership.catalogue.terms import COLUMNS, Changes, Terms, judged
from membership.catalogue.wishes import look_at_product

FIND = """
INSERT INTO product_search (product_id, text, grams) VALUES ($1, $2, $3)
ON CONFLICT (product_id) DO UPDATE SET text = excluded.text, grams = excluded.grams
"""
REFUSED = "SELECT $1::int = ANY(refused_stages) FROM catalogue_settings"


@transactional
async def make_product(
    name: str,
    description: str,
    *,
    points: int,
    stock: int = 0,
    promotion_refused: bool | None = None,
    on_sale: bool = True,
    by: UUID | None = None,
    **terms: Unpack[Terms],
) -> UUID:
    """Puts a gift on the shelf; its id. `points` (1 to 10,000,000) is for one piece; `stock` pieces are there.

    A gift is promotion, which the law refuses for stage-1 formula: unless `promotion_refused` says otherwise, such a
    product is kept but not offered. Raises `Invalid` for terms that contradict each other.
    """
    text = await searching.text_of(name)  # before any row is locked: another process answers
    if promotion_refused is None:
        promotion_refused = await _is_refused(terms.get("formula_stage"))
    product_id = new_id()
    values: dict[str, Any] = {
        "sort": 0,
        **terms,
        "name": name,
        "description": description,
        "points": points,
        "promotion_refused": promotion_refused,
        "on_sale": on_sale and not promotion_refused,
    }
    columns = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(2, len(values) + 2))
    with judged():
        await database.execute(
            f"INSERT INTO product (id, stock, supplied, counted_since, {columns})"  # noqa: S608  # names of Terms
            f" VALUES ($1, 0, 0, {_counted_since(values)}, {places})",
            product_id,
            *values.values(),
        )
    await _make_findable(product_id, text)
    if stock:
        await supply(product_id, stock, store_id=None, by=by, reason=None)
    if by is not None:
        await audit.record(by, "product.made", "product", product_id, after={**values, "stock": stock})
    return product_id


@transactional
async def change_product(by: UUID, product_id: UUID, *, reason: str | None = None, **changes: Unpack[Changes]) -> None:
    """Changes what is named. A product whose formula stage may not be promoted leaves the shelf.

    Orders keep the price at which they were made. Raises `ProductNotFound`, `Invalid` for what contradicts itself.
    """
    text = await searching.text_of(changes["name"]) if "name" in changes else ""  # before any row is locked
    before = await _locked(product_id)
    values: dict[str, Any] = {name: value for name, value in changes.items() if before[name] != value}
    if not values:
        return
    if values.get("formula_stage") is not None and await _is_refused(values["formula_stage"]):
        values |= {"promotion_refused": True, "on_sale": False}
    changed = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, start=2))
    with judged():
        await database.execute(
            f"UPDATE product SET {changed},"  # noqa: S608  # names of Changes
            f" counted_since = coalesce(counted_since, {_counted_since(values)}) WHERE id = $1",
            product_id,
            *values.values(),
        )
    if "name" in values:
        await _make_findable(product_id, text)
    if values.keys() & {"points", "money_fen"}:
        await refuse_rising_prices(product_id)
        await look_at_product(product_id)
    was = {name: before[name] for name in values}
    await audit.record(by, "product.changed", "product", product_id, before=was, after=values, reason=reason)


@transactional
async def set_on_sale(product_id: UUID, on_sale: bool, *, by: UUID | None = None) -> None:
    """Offers a gift or takes it off the shelf; what is reserved stays reserved.

    Raises `ProductNotFound`, `PromotionRefused`.
    """
    before = await _locked(product_id)
    if on_sale and before["promotion_refused"]:
        raise PromotionRefused
    if before["on_sale"] == on_sale:
        return
    await database.execute("UPDATE product SET on_sale = $2 WHERE id = $1", product_id, on_sale)
    if on_sale:
        await look_at_product(product_id)
    if by is not None:
        verb = "product.offered" if on_sale else "product.withdrawn"
        await audit.record(by, verb, "product", product_id, before={"on_sale": not on_sale}, after={"on_sale": on_sale})


@transactional
async def set_promotion_refused(by: UUID, product_id: UUID, refused: bool, reason: str) -> None:
    """Says of one product that the law refuses its promotion, or that it does not, whatever its stage.

    What is refused leaves the shelf; what is not must be offered again by `set_on_sale`. Raises `ProductNotFound`.
    """
    before = await _locked(product_id)
    await database.execute(
        "UPDATE product SET promotion_refused = $2, on_sale = on_sale AND NOT $2 WHERE id = $1", product_id, refused
    )
    await audit.record(
        by,
        "product.policy",
        "product",
        product_id,
        before={"promotion_refused": before["promotion_refused"], "on_sale": before["on_sale"]},
        after={"promotion_refused": refused, "on_sale": before["on_sale"] and not refused},
        reason=reason,
    )


async def _locked(product_id: UUID) -> Mapping[str, Any]:
    columns = ", ".join(sorted(COLUMNS))
    row: Mapping[str, Any] | None = await database.fetchrow(
        f"SELECT {columns}, promotion_refused, on_sale FROM product WHERE id = $1 FOR UPDATE",  # noqa: S608  # as above
        product_id,
    )
    if row is None:
        raise ProductNotFound
    return row


def _counted_since(values: Mapping[str, Any]) -> str:
    """By the clock and not by the beginning of the transaction: whatever began before that was not counted."""
    limited = values.get("most_per_day") is not None or values.get("most_ever") is not None
    return "clock_timestamp()" if limited else "NULL"


async def _is_refused(formula_stage: int | None) -> bool:
    return formula_stage is not None and bool(await database.fetchval(REFUSED, formula_stage))


async def _make_findable(product_id: UUID, text: str) -> None:
    await database.execute(FIND, product_id, text, searching.grams_of(text))
