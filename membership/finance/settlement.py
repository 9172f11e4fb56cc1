"""Reads: who pays for what a store handed over, between brand and store, month by month.

The model is small on purpose. A gift from a store's *own* stock is the store's expense: the brand pays the store the
points that bought it, at the month's price of a point, and the money that the mother paid online beside them. A gift
from the *central* stock is the brand's: nothing is owed. A point that was *issued* in a store, less what returns took
back there, costs the store a share of that price. Of coupons used in the store the brand pays its part of the
discount. What remains is paid to the store, or by it when it is negative.

All of it depends on facts that do not change once a month is over: hand-overs are final, prices are set for open months
only, returns count in the month in which they happen.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from membership import coupons
from membership.finance.closing import last_closed
from membership.finance.errors import NoTerms
from membership.finance.months import after, begins, require_range
from membership.finance.movements import Column, kinds_in, movements
from membership.finance.terms import Terms, terms_in, value_fen

HANDED_OVER = """
SELECT store_id, count(*) FILTER (WHERE stock_store_id IS NULL) AS central_orders,
       count(*) FILTER (WHERE stock_store_id IS NOT NULL) AS own_orders,
       coalesce(sum(points) FILTER (WHERE stock_store_id IS NOT NULL), 0)::bigint AS own_points,
       coalesce(sum(money_fen) FILTER (WHERE stock_store_id IS NOT NULL), 0)::bigint AS own_money_fen
  FROM redemption WHERE handed_over_at >= $1 AND handed_over_at < $2 GROUP BY store_id
"""

ISSUED = f"""
SELECT store_id, sum(points)::bigint AS points FROM (
    SELECT store_id, kind, points FROM finance_month WHERE month = $1 AND $4
    UNION ALL
    SELECT store_id, kind, points FROM ({movements("$2", "$3")}) live WHERE NOT $4
) moved WHERE store_id IS NOT NULL AND kind = ANY($5::text[]) GROUP BY store_id
"""  # noqa: S608  # our own statement

STORE_PAYS_FOR = (*kinds_in(Column.ISSUED), *kinds_in(Column.TAKEN_BACK))


class StoreSettlement(msgspec.Struct, frozen=True, kw_only=True):
    """One store in one month. `net_fen` = `own_value_fen` + `own_money_fen` + `coupons_brand_fen` − `issued_value_fen`:
    what the brand pays the store, or the store the brand when it is negative.

    `central_orders` were handed over from the central stock and cost the store nothing.
    """

    store_code: str
    store_name: str
    central_orders: int
    own_orders: int
    own_points: int
    own_value_fen: int
    own_money_fen: int
    issued_points: int
    issued_value_fen: int
    coupons_brand_fen: int
    coupons_store_fen: int
    net_fen: int


class Settlement(msgspec.Struct, frozen=True):
    """A month between the brand and its stores; not final before the month is `closed`."""

    month: date
    closed: bool
    terms: Terms
    stores: list[StoreSettlement]


async def settlement(month: date) -> Settlement:
    """A row for every store where something happened. Raises `MonthsOutOfRange`, `NoTerms`."""
    require_range(month, month)
    holds = await terms_in(month)
    if holds is None:
        raise NoTerms
    last = await last_closed()
    closed = last is not None and month <= last
    began, ended = begins(month), begins(after(month))
    handed = await database.fetch(HANDED_OVER, began, ended)
    issued = await database.fetch(ISSUED, month, began, ended, closed, list(STORE_PAYS_FOR))
    funding = await coupons.funding(month)
    by_store = {row["store_id"]: row for row in handed}
    points = {row["store_id"]: row["points"] for row in issued}
    involved = set(by_store) | set(points) | {each.store_id for each in funding if each.store_id is not None}
    stores = await database.fetch(
        "SELECT id, code, name FROM store WHERE id = ANY($1::uuid[]) ORDER BY code", list(involved)
    )
    return Settlement(
        month,
        closed,
        holds,
        [
            _store(store, by_store.get(store["id"]), points.get(store["id"], 0), _of(store["id"], funding), holds)
            for store in stores
        ],
    )


def _of(store_id: UUID, funding: Iterable[coupons.Funding]) -> list[coupons.Funding]:
    return [each for each in funding if each.store_id == store_id]


def _store(
    store: asyncpg.Record,
    handed: asyncpg.Record | None,
    issued_points: int,
    funding: list[coupons.Funding],
    terms: Terms,
) -> StoreSettlement:
    own_points = 0 if handed is None else handed["own_points"]
    own_value_fen = value_fen(own_points, terms.point_price_milli_fen)
    own_money_fen = 0 if handed is None else handed["own_money_fen"]
    issued_value_fen = value_fen(issued_points, terms.point_price_milli_fen, terms.store_issue_percent)
    coupons_brand_fen = sum(each.brand_fen for each in funding)
    return StoreSettlement(
        store_code=store["code"],
        store_name=store["name"],
        central_orders=0 if handed is None else handed["central_orders"],
        own_orders=0 if handed is None else handed["own_orders"],
        own_points=own_points,
        own_value_fen=own_value_fen,
        own_money_fen=own_money_fen,
        issued_points=issued_points,
        issued_value_fen=issued_value_fen,
        coupons_brand_fen=coupons_brand_fen,
        coupons_store_fen=sum(each.store_fen for each in funding),
        net_fen=own_value_fen + own_money_fen + coupons_brand_fen - issued_value_fen,
    )
