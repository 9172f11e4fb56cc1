"""The stampede: everybody at once, and exactly as many winners as there are units.

The order, the points and the win come first, by rows that only she meets; the sale's own row, where everybody meets, is
locked last, once, and checked by the statement that locks it. The gift's row is not touched: an order from the shelf
locks it before the points, and who did both at once would wait for herself.
"""

import asyncio
import functools
from uuid import UUID

from foundation import database
from foundation.errors import Problem, Unavailable
from foundation.ids import new_id
from foundation.secrets import vault
from foundation.transactions import after_commit, transactional, within_transaction
from membership import mall
from membership.catalogue import Fulfilment, Taken
from membership.flash import gate, queries
from membership.flash.errors import (
    AccountTooNew,
    FlashBusy,
    FlashNotStarted,
    FlashOnce,
    FlashOver,
    FlashSoldOut,
)
from membership.flash.views import Phase

_ASK = """
SELECT sale.product_id, product.name, sale.points, sale.sold >= sale.units AS sold_out, product.promotion_refused,
       sale.min_account_hours = 0
         OR member.created_at <= sale.starts_at - make_interval(hours => sale.min_account_hours) AS old_enough,
       EXISTS (SELECT FROM flash_win WHERE sale_id = sale.id AND (member_id = member.id OR device_index = $3)) AS won
  FROM flash_sale sale JOIN product ON product.id = sale.product_id JOIN member ON member.id = $2
 WHERE sale.id = $1
"""

_WIN = """
INSERT INTO flash_win (id, sale_id, member_id, device_index, redemption_id) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""

# By the clock of the statement: the transaction may have begun before the hour and waited.
_COUNT = """
UPDATE flash_sale SET sold = sold + 1
 WHERE id = $1 AND sold < units AND closed_at IS NULL
   AND starts_at <= statement_timestamp() AND ends_at > statement_timestamp()
"""

AT_ONCE = 6
"""So many of one process are before PostgreSQL at once: the others would only wait for the sale's row there, with a
connection each that everybody else needs."""
PATIENCE_SECONDS = 3.0

_turn = asyncio.Semaphore(AT_ONCE)


async def redeem(member_id: UUID, sale_id: UUID, store_code: str, device: str) -> mall.RedemptionView:
    """Tries for one unit, to be picked up in a store. `device`: what the app says of its device, up to 64 characters.

    Raises `FlashSaleNotFound`, `FlashNotStarted`, `FlashOver`, `FlashSoldOut`, `FlashBusy` (she may press again),
    `AccountTooNew`, `FlashOnce`, and what `mall.place` refuses.
    """
    sale = await queries.remembered(sale_id)
    match sale.phase:
        case Phase.ANNOUNCED:
            raise FlashNotStarted
        case Phase.OVER:
            return await _after_the_end()
    match await gate.enter(sale_id, member_id, sale.units):
        case gate.Verdict.SOLD_OUT:
            raise FlashSoldOut
        case gate.Verdict.FULL:
            raise FlashBusy
    try:
        return await _win_in_turn(member_id, sale_id, store_code, vault().index("device", device))
    except Problem as refusal:
        # What PostgreSQL did not answer may have been done all the same; only she who asks again finds out.
        if not isinstance(refusal, Unavailable):
            await gate.leave(sale_id, member_id)
        if isinstance(refusal, FlashSoldOut):
            await gate.close(sale_id)
        raise


async def _win_in_turn(member_id: UUID, sale_id: UUID, store_code: str, device_index: bytes) -> mall.RedemptionView:
    """First come, first served."""
    try:
        await asyncio.wait_for(_turn.acquire(), PATIENCE_SECONDS)
    except TimeoutError:
        raise FlashBusy from None
    try:
        return await _win(member_id, sale_id, store_code, device_index)
    finally:
        _turn.release()


@transactional
async def _win(member_id: UUID, sale_id: UUID, store_code: str, device_index: bytes) -> mall.RedemptionView:
    row = await database.fetchrow(_ASK, sale_id, member_id, device_index)
    assert row is not None, "sales and members stay"
    if row["won"]:
        raise FlashOnce
    if row["promotion_refused"]:  # since it was announced: what the law refuses is not sold on
        raise FlashOver
    if row["sold_out"]:
        raise FlashSoldOut
    if not row["old_enough"]:
        raise AccountTooNew
    piece = Taken(
        product_id=row["product_id"],
        name=row["name"],
        fulfilment=Fulfilment.PICKUP,
        quantity=1,
        points=row["points"],
        money_fen=0,
        coupon_template=None,
        stock_store_id=None,
    )
    order = await mall.place(member_id, piece, store_code)
    if not await database.execute(_WIN, new_id(), sale_id, member_id, device_index, order.id):
        raise FlashOnce
    if not await database.execute(_COUNT, sale_id):
        raise await _why_not(sale_id)
    after_commit(functools.partial(gate.won, sale_id, member_id))
    return order


async def _why_not(sale_id: UUID) -> Problem:
    match (await queries.sale(sale_id)).phase:
        case Phase.ANNOUNCED:
            return FlashNotStarted()
        case Phase.OVER:
            return FlashOver()
        case Phase.SOLD_OUT:
            return FlashSoldOut()
        case Phase.RUNNING:  # the hour struck between two statements: what is not sold out is never called so
            return FlashBusy()


@transactional
async def _after_the_end() -> mall.RedemptionView:
    """An action, so that a winner whose answer was lost gets it again by her key."""
    raise FlashOver


@within_transaction
async def move_all(from_member: UUID, to_member: UUID) -> int:
    """Two members turned out to be one: her wins follow her; how many. Where both won, the record stays with the one
    who is gone. The caller holds both."""
    return await database.execute(
        "UPDATE flash_win win SET member_id = $2 WHERE member_id = $1 AND NOT EXISTS"
        " (SELECT FROM flash_win other WHERE other.sale_id = win.sale_id AND other.member_id = $2)",
        from_member,
        to_member,
    )
