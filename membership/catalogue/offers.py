"""Reads for one member: what she pays, what she can afford, and how far she is from the rest."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership import families, tiers
from membership.catalogue.browsing import (
    HER_PRICE,
    LAST_ID,
    OFFERED,
    SHOWN,
    ShelfQuery,
    Statement,
    Suitability,
    cursor_after,
    on_shelf,
    shelf_of,
)
from membership.catalogue.errors import ProductNotFound
from membership.catalogue.narrowing import by_points, by_words
from membership.catalogue.views import Offer, ProductView


class Purse(msgspec.Struct, frozen=True):
    """What decides what she can have."""

    level_rank: int
    balance: int
    """Points that she can spend now: her own, or her family's where she may and they are more."""


class OfferQuery(ShelfQuery, frozen=True, kw_only=True):
    """As everybody's shelf; `affordable` leaves out what her points do not reach for."""

    affordable: bool = False


async def purse(member_id: UUID) -> Purse:
    """What she can spend, and her level. Two queries."""
    standing = await tiers.standing(member_id)
    return Purse(standing.level.rank, (await families.purse(member_id)).most)


async def offers(member_id: UUID, query: OfferQuery, suits: Suitability) -> Page[Offer]:
    """The shelf as she may have it. The order by points goes by everybody's price. Raises `Invalid` (cursor)."""
    hers = await purse(member_id)
    statement = Statement()
    end = on_shelf(statement, query, suits)
    if query.words is not None:
        await by_words(statement, query.words)
    if query.affordable:
        await by_points(statement, hers.balance, hers.level_rank)
    tables, where = shelf_of(statement, query, end)
    rows = await _fetch(statement, member_id, hers, tables, f"{where} {end}")
    shown = rows[: query.limit]
    return Page(
        items=[_offer(row, hers) for row in shown],
        next_cursor=cursor_after(query.order, shown[-1]) if len(rows) > query.limit else None,
    )


async def offer(member_id: UUID, product_id: UUID) -> Offer:
    """One product as she may have it. Raises `ProductNotFound`."""
    hers = await purse(member_id)
    statement = Statement()
    where = f"product.id = {statement.add(product_id)} AND {OFFERED}"
    rows = await _fetch(statement, member_id, hers, "product", where)
    if not rows:
        raise ProductNotFound
    return _offer(rows[0], hers)


async def wishes(member_id: UUID, query: PageQuery) -> Page[Offer]:
    """Her wish list, the newest first, without what is not offered any more. Raises `Invalid` (cursor)."""
    hers = await purse(member_id)
    statement = Statement()
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (LAST_ID,)
    where = (
        f"hers.member_id = {statement.add(member_id)} AND hers.id < {statement.add(before)} AND {OFFERED}"
        f" ORDER BY hers.id DESC LIMIT {query.limit + 1:d}"
    )
    rows = await _fetch(statement, member_id, hers, "wish hers JOIN product ON product.id = hers.product_id", where)
    shown = rows[: query.limit]
    return Page(
        items=[_offer(row, hers) for row in shown],
        next_cursor=write_cursor(shown[-1]["wish_id"]) if len(rows) > query.limit else None,
    )


async def _fetch(
    statement: Statement, member_id: UUID, hers: Purse, tables: str, where: str
) -> Sequence[Mapping[str, Any]]:
    her_price = HER_PRICE.format(rank=statement.add(hers.level_rank))
    return await database.fetch(
        f"SELECT {SHOWN}, product.sort, coalesce(her.points, product.points) AS her_points,"  # noqa: S608  # ours
        " coalesce(her.money_fen, product.money_fen) AS her_money_fen, mine.id AS wish_id,"
        " (SELECT points_per_can FROM catalogue_settings) AS points_per_can"
        f" FROM {tables} {her_price} LEFT JOIN wish mine ON mine.product_id = product.id"
        f" AND mine.member_id = {statement.add(member_id)} WHERE {where}",
        *statement.arguments,
    )


def _offer(row: Any, hers: Purse) -> Offer:
    missing = max(row["her_points"] - hers.balance, 0)
    return Offer(
        product=ProductView(*row[:8]),
        points=row["her_points"],
        money_fen=row["her_money_fen"],
        missing_points=missing,
        hint=hint(missing, row["points_per_can"]),
        wished=row["wish_id"] is not None,
    )


def hint(missing: int, points_per_can: int) -> str | None:
    """`再攒320积分，约3罐奶粉就够`; None when nothing is missing. Cans are rounded up."""
    return f"再攒{missing}积分，约{-(-missing // points_per_can)}罐奶粉就够" if missing else None
