"""By the clock: what was not paid or not picked up is given up."""

from datetime import timedelta
from uuid import UUID

from foundation import database, jobs
from foundation.transactions import transactional
from membership import notifications, points
from membership.mall import orders, paying
from membership.mall.machine import Status, Verb, Who
from membership.mall.undoing import give_back

PICK_UP_WITHIN = timedelta(days=30)
REMIND_AFTER = timedelta(days=25)
BATCH = 200

MOST_A_MINUTE = 1_000

# Each goes along the index that holds nothing but what is open, the oldest first.
_UNPAID = """
SELECT id FROM redemption WHERE status = 'awaiting_payment' AND pay_by <= now() ORDER BY pay_by LIMIT $1
"""
_UNCOLLECTED = """
SELECT id FROM redemption WHERE status = 'reserved' AND created_at <= now() - $1::interval ORDER BY created_at LIMIT $2
"""
_REMIND = """
WITH due AS (
  SELECT redemption.id, redemption.member_id, product.name AS product_name, store.name AS store_name
  FROM redemption JOIN product ON product.id = redemption.product_id JOIN store ON store.id = redemption.store_id
  WHERE redemption.status = 'reserved' AND redemption.created_at <= now() - $1::interval
    AND redemption.reminded_at IS NULL
  ORDER BY redemption.created_at LIMIT $2 FOR NO KEY UPDATE OF redemption SKIP LOCKED
)
UPDATE redemption SET reminded_at = now() FROM due WHERE redemption.id = due.id
RETURNING due.id, due.member_id, due.product_name, due.store_name
"""


@jobs.by_the_clock("mall.unpaid", "* * * * *")
async def release_unpaid() -> int:
    """Gives up what was not paid in time, if its own job did not; how many.

    One look a minute: an order that stays because its money came has its own job, which has yet to run.
    """
    rows = await database.fetch(_UNPAID, MOST_A_MINUTE)
    return sum([await paying.release(row["id"]) for row in rows])


@jobs.by_the_clock("mall.uncollected", "25 1 * * *")
async def release_uncollected() -> int:
    """Gives up what nobody picked up within thirty days; how many."""
    given_up = 0
    while rows := await database.fetch(_UNCOLLECTED, PICK_UP_WITHIN, BATCH):
        given_up += sum([await _give_up(row["id"]) for row in rows])
    return given_up


@jobs.by_the_clock("mall.remind", "20 1 * * *")
async def remind() -> int:
    """Reminds whoever has not picked something up for 25 days, once; how many were reminded."""
    reminded = 0
    while batch := await _remind_batch():
        reminded += batch
    return reminded


@transactional
async def _give_up(order_id: UUID) -> bool:
    order = await orders.lock(order_id)
    if order.status is not Status.RESERVED:
        return False
    await database.execute(
        "UPDATE redemption SET status = $2, cancelled_at = now(), cancelled_because = 'uncollected' WHERE id = $1",
        order_id,
        order.target(Verb.CANCEL, Who.CLOCK),
    )
    await give_back(order, points.Kind.REDEMPTION_CANCELLED)
    body = "礼品超过30天未领取，已自动取消，积分已退回。想要的话欢迎再次兑换。"
    await notifications.notify(order.member_id, "order_released", str(order_id), "兑换已取消", body)
    return True


@transactional
async def _remind_batch() -> int:
    rows = await database.fetch(_REMIND, REMIND_AFTER, BATCH)
    await notifications.notify_all(
        "order_uncollected",
        [
            notifications.Message(
                row["member_id"],
                str(row["id"]),
                "礼品在等您领取",
                f"您兑换的“{row['product_name']}”还在{row['store_name']}等您，请在5天内领取，逾期将自动取消并退回积分。",
            )
            for row in rows
        ],
    )
    return len(rows)
