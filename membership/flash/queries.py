"""Reads: what is announced and running."""

import time
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from foundation import database
from membership.flash.errors import FlashSaleNotFound
from membership.flash.views import FlashSaleView, Phase

MOST_SHOWN = 20
SHOWN_AFTER_HOURS = 12
"""So long a sale that is over is still shown: she sees that it was real."""
REMEMBERED_SECONDS = 1.0
MOST_REMEMBERED = 100

_SALE = """
SELECT sale.id, sale.product_id, product.name AS product_name, sale.points, sale.units, sale.units - sale.sold AS left,
       sale.starts_at, sale.ends_at, statement_timestamp() AS now, sale.min_account_hours,
       sale.closed_at IS NOT NULL AS closed
  FROM flash_sale sale JOIN product ON product.id = sale.product_id
"""


class _Remembered(msgspec.Struct):
    """A sale as this process read it, and when (monotonic seconds); `asked_at`: when somebody last went to look."""

    view: FlashSaleView
    read_at: float
    asked_at: float


_memory: dict[UUID, _Remembered] = {}


async def sales() -> list[FlashSaleView]:
    """What is announced, running or just over, the soonest first. One query."""
    rows = await database.fetch(
        _SALE + " WHERE sale.ends_at > now() - make_interval(hours => $1)"
        " AND (sale.closed_at IS NULL OR sale.closed_at >= sale.starts_at) AND NOT product.promotion_refused"
        " ORDER BY sale.starts_at, sale.id LIMIT $2",
        SHOWN_AFTER_HOURS,
        MOST_SHOWN,
    )
    return [_view(row) for row in rows]


async def sale(sale_id: UUID) -> FlashSaleView:
    """One sale. Raises `FlashSaleNotFound`."""
    row = await database.fetchrow(_SALE + " WHERE sale.id = $1", sale_id)
    if row is None:
        raise FlashSaleNotFound
    return _view(row)


async def remembered(sale_id: UUID) -> FlashSaleView:
    """The same as this process read it a second ago at most, with the phase of this very moment.

    In a stampede one caller a second looks and the others go by what is remembered: times, price and units of an
    announced sale don't change, and how many are left PostgreSQL decides. Raises `FlashSaleNotFound`.
    """
    known, now = _memory.get(sale_id), time.monotonic()
    if known is None or now - known.asked_at > REMEMBERED_SECONDS:
        if known is not None:
            known.asked_at = now
        if len(_memory) >= MOST_REMEMBERED:
            _memory.clear()
        view = await sale(sale_id)
        # From after the answer: what is remembered runs behind PostgreSQL's clock by a moment, and never ahead.
        known = _Remembered(view, read_at=time.monotonic(), asked_at=now)
        _memory[sale_id] = known
    database_now = known.view.now + timedelta(seconds=time.monotonic() - known.read_at)
    phase = known.view.phase if known.view.closed else _phase(known.view, database_now)
    return msgspec.structs.replace(known.view, now=database_now, phase=phase)


def _view(row: Any) -> FlashSaleView:
    view = FlashSaleView(**row, phase=Phase.OVER)
    return view if view.closed else msgspec.structs.replace(view, phase=_phase(view, view.now))


def _phase(sale: FlashSaleView, now: datetime) -> Phase:
    """Of a sale that is not closed: neither called off nor settled after its end."""
    if now >= sale.ends_at:
        return Phase.OVER
    if now < sale.starts_at:
        return Phase.ANNOUNCED
    return Phase.RUNNING if sale.left > 0 else Phase.SOLD_OUT
