"""Reads: a mother's orders, what a clerk looks for, what is to be done."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from foundation.pages import Page, PageQuery, read_cursor, write_cursor
from membership import members
from membership.catalogue import Fulfilment
from membership.mall import destinations, goods, machine
from membership.mall.errors import RedemptionNotFound
from membership.mall.machine import Status
from membership.mall.views import CounterRedemption, RedemptionView, StaffOrder

MOST_FOUND = 10

_REDEMPTION = (
    "SELECT redemption.id, redemption.status, redemption.fulfilment, redemption.product_id,"
    " product.name AS product_name, redemption.quantity, redemption.points, redemption.money_fen,"
    " redemption.discount_fen, redemption.payment_id, redemption.pay_by, redemption.paid_at, store.code AS store_code,"
    " store.name AS store_name, redemption.pickup_code, redemption.created_at, redemption.handed_over_at,"
    " redemption.carrier, redemption.tracking_number, redemption.tracking_number_sealed, redemption.shipped_at,"
    " redemption.delivered_at, redemption.return_reason_sealed, redemption.return_refused_sealed, member.data_key,"
    " redemption.return_requested_at, redemption.return_reason, redemption.returned_at, redemption.restocked,"
    " redemption.cancelled_at, redemption.cancelled_because, redemption.member_id, redemption.address_sealed"
    " FROM redemption JOIN product ON product.id = redemption.product_id"
    " JOIN member ON member.id = redemption.member_id LEFT JOIN store ON store.id = redemption.store_id"
)
_MADE = {
    "address",
    "goods",
    "return_until",
    "status",
    "fulfilment",
    "tracking_number",
    "return_reason",
    "return_refused",
}
"""Fields of the views that are no columns."""
_SHOWN = frozenset(RedemptionView.__struct_fields__) - _MADE
_FOR_STAFF = frozenset(StaffOrder.__struct_fields__) - _MADE

RETURNABLE = (Status.SHIPPED, Status.DELIVERED)


async def redemptions(member_id: UUID, query: PageQuery) -> Page[RedemptionView]:
    """A mother's own orders, the newest first. One query. Raises `Invalid` (cursor)."""
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
    """One order of hers, as lists show it. Raises `RedemptionNotFound`, for a stranger's too."""
    return redemption_view(await _own(member_id, redemption_id))


async def redemption_whole(member_id: UUID, redemption_id: UUID) -> RedemptionView:
    """One order of hers with its address and its virtual goods. Raises `RedemptionNotFound`, for a stranger's too."""
    row = await _own(member_id, redemption_id)
    view = redemption_view(row)
    if row["address_sealed"] is not None:
        address = await destinations.read(member_id, redemption_id, row["address_sealed"])
        view = msgspec.structs.replace(view, address=address)
    if (view.fulfilment, view.status) == (Fulfilment.VIRTUAL, Status.DELIVERED):
        view = msgspec.structs.replace(view, goods=await goods.goods_of(redemption_id))
    return view


async def _own(member_id: UUID, redemption_id: UUID) -> asyncpg.Record:
    row = await database.fetchrow(
        f"{_REDEMPTION} WHERE redemption.id = $1 AND redemption.member_id = $2", redemption_id, member_id
    )
    if row is None:
        raise RedemptionNotFound
    return row


async def at_counter(store_id: UUID, pickup_code: str) -> list[CounterRedemption]:
    """What goes by this pick-up code in one store: the one still reserved first, then the newest."""
    rows = await database.fetch(
        f"{_REDEMPTION} WHERE redemption.store_id = $1 AND redemption.pickup_code = $2"
        " ORDER BY redemption.status = 'reserved' DESC, redemption.id DESC LIMIT $3",
        store_id,
        pickup_code,
        MOST_FOUND,
    )
    return await _counter_views(rows)


async def one_at_counter(store_id: UUID, redemption_id: UUID) -> CounterRedemption:
    """One redemption of a store. Raises `RedemptionNotFound`, for another store's too."""
    rows = await database.fetch(
        f"{_REDEMPTION} WHERE redemption.id = $1 AND redemption.store_id = $2", redemption_id, store_id
    )
    if not rows:
        raise RedemptionNotFound
    return (await _counter_views(rows))[0]


async def to_hand_over(store_id: UUID, query: PageQuery) -> Page[CounterRedemption]:
    """What waits in a store to be picked up, the oldest first. Two queries. Raises `Invalid` (cursor)."""
    rows = await database.fetch(
        f"{_REDEMPTION} WHERE redemption.store_id = $1 AND redemption.status = 'reserved' AND redemption.id > $2"
        " ORDER BY redemption.id LIMIT $3",
        store_id,
        _after(query),
        query.limit + 1,
    )
    shown = await _counter_views(rows[: query.limit])
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


async def for_staff(query: PageQuery, status: Status) -> Page[StaffOrder]:
    """Orders in one open state, the oldest first. Raises `Invalid` (cursor)."""
    # The state is in the text, not an argument: a plan for any state could not use the index of those that are open.
    rows = await database.fetch(
        f"{_REDEMPTION} WHERE redemption.status = '{status}' AND redemption.id > $1 ORDER BY redemption.id LIMIT $2",
        _after(query),
        query.limit + 1,
    )
    shown = [_staff_view(row) for row in rows[: query.limit]]
    return Page(items=shown, next_cursor=write_cursor(shown[-1].id) if len(rows) > query.limit else None)


async def one_for_staff(order_id: UUID) -> StaffOrder:
    """One order. Raises `RedemptionNotFound`."""
    row = await database.fetchrow(f"{_REDEMPTION} WHERE redemption.id = $1", order_id)
    if row is None:
        raise RedemptionNotFound
    return _staff_view(row)


def redemption_view(row: Mapping[str, Any]) -> RedemptionView:
    status, fulfilment = Status(row["status"]), Fulfilment(row["fulfilment"])
    return RedemptionView(
        status=status,
        fulfilment=fulfilment,
        return_until=machine.return_until(row["shipped_at"], row["delivered_at"])
        if fulfilment is Fulfilment.DELIVERY and status in RETURNABLE
        else None,
        tracking_number=members.words(row, "redemption", "tracking_number"),
        return_refused=members.words(row, "redemption", "return_refused"),
        **{name: row[name] for name in _SHOWN},
    )


def _staff_view(row: Mapping[str, Any]) -> StaffOrder:
    return StaffOrder(
        status=Status(row["status"]),
        tracking_number=members.words(row, "redemption", "tracking_number"),
        return_reason=members.words(row, "redemption", "return_reason"),
        **{name: row[name] for name in _FOR_STAFF},
    )


async def _counter_views(rows: Sequence[Mapping[str, Any]]) -> list[CounterRedemption]:
    names = await members.names_masked([row["member_id"] for row in rows])
    return [
        CounterRedemption(
            id=row["id"],
            status=Status(row["status"]),
            product_name=row["product_name"],
            quantity=row["quantity"],
            member_name=names[row["member_id"]],
            created_at=row["created_at"],
            handed_over_at=row["handed_over_at"],
            cancelled_at=row["cancelled_at"],
        )
        for row in rows
    ]


def _after(query: PageQuery) -> UUID:
    after: UUID
    (after,) = read_cursor(query.cursor, UUID) if query.cursor else (UUID(int=0),)
    return after
