"""Reads: a mother's redemptions, what a clerk looks for."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership import members
from membership.mall.errors import RedemptionNotFound
from membership.mall.views import CounterRedemption, RedemptionView, Status

MOST_FOUND = 10

_REDEMPTION = (
    "SELECT redemption.id, redemption.status, redemption.product_id, product.name AS product_name,"
    " redemption.quantity, redemption.points, store.code AS store_code, store.name AS store_name,"
    " redemption.pickup_code, redemption.created_at, redemption.handed_over_at, redemption.cancelled_at,"
    " redemption.member_id FROM redemption JOIN product ON product.id = redemption.product_id"
    " JOIN store ON store.id = redemption.store_id"
)


async def redemptions(member_id: UUID, query: PageQuery) -> Page[RedemptionView]:
    """A mother's own redemptions, the newest first. Raises `Invalid` (cursor)."""
    (before,) = read_cursor(query.cursor, UUID) if query.cursor else (UUID(int=2**128 - 1),)
    rows = await database.fetch(
        f"{_REDEMPTION} WHERE redemption.member_id = $1 AND redemption.id < $2 ORDER BY redemption.id DESC LIMIT $3",
        member_id,
        before,
        query.limit + 1,
    )
    shown = [redemption_view(row) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


async def redemption(member_id: UUID, redemption_id: UUID) -> RedemptionView:
    """One redemption of hers. Raises `RedemptionNotFound`, for a stranger's too."""
    row = await database.fetchrow(
        f"{_REDEMPTION} WHERE redemption.id = $1 AND redemption.member_id = $2", redemption_id, member_id
    )
    if row is None:
        raise RedemptionNotFound
    return redemption_view(row)


async def at_counter(store_id: UUID, pickup_code: str) -> list[CounterRedemption]:
    """What goes by this pick-up code in one store: the one still reserved first, then the newest."""
    rows = await database.fetch(
        f"{_REDEMPTION} WHERE redemption.store_id = $1 AND redemption.pickup_code = $2"
        " ORDER BY redemption.status = 'reserved' DESC, redemption.id DESC LIMIT $3",
        store_id,
        pickup_code,
        MOST_FOUND,
    )
    return [await _counter_view(row) for row in rows]


async def one_at_counter(store_id: UUID, redemption_id: UUID) -> CounterRedemption:
    """One redemption of a store. Raises `RedemptionNotFound`, for another store's too."""
    row = await database.fetchrow(
        f"{_REDEMPTION} WHERE redemption.id = $1 AND redemption.store_id = $2", redemption_id, store_id
    )
    if row is None:
        raise RedemptionNotFound
    return await _counter_view(row)


def redemption_view(row: Mapping[str, Any]) -> RedemptionView:
    return RedemptionView(
        id=row["id"],
        status=Status(row["status"]),
        product_id=row["product_id"],
        product_name=row["product_name"],
        quantity=row["quantity"],
        points=row["points"],
        store_code=row["store_code"],
        store_name=row["store_name"],
        pickup_code=row["pickup_code"],
        created_at=row["created_at"],
        handed_over_at=row["handed_over_at"],
        cancelled_at=row["cancelled_at"],
    )


async def _counter_view(row: Mapping[str, Any]) -> CounterRedemption:
    return CounterRedemption(
        id=row["id"],
        status=Status(row["status"]),
        product_name=row["product_name"],
        quantity=row["quantity"],
        member_name=await members.name_masked(row["member_id"]),
        created_at=row["created_at"],
        handed_over_at=row["handed_over_at"],
        cancelled_at=row["cancelled_at"],
    )
