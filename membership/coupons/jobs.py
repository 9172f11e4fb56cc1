"""By the clock: reminding members of coupons whose last days have come. (That they expire needs no job.)"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg

from foundation import clock, database, jobs
from foundation.transactions import transactional
from membership import notifications

BATCH = 500
KIND = "coupon_expiring"
LINK = "/pages/coupons/index"

# Whoever took it today knows. A coupon that is being used at this moment is skipped: it is about to be gone.
EXPIRING = """
SELECT coupon.id, coupon.member_id, coupon.valid_until, template.title
  FROM coupon JOIN coupon_template template ON template.id = coupon.template_id
 WHERE used_at IS NULL AND reminded_at IS NULL AND gift_code IS NULL AND valid_until > now()
   AND valid_until <= ((now() AT TIME ZONE 'Asia/Shanghai')::date + 4)::timestamp AT TIME ZONE 'Asia/Shanghai'
   AND coupon.created_at < now() - interval '12 hours'
 ORDER BY valid_until, coupon.id LIMIT $1 FOR UPDATE OF coupon SKIP LOCKED
"""
"""Those whose last business day is at most three days away."""


@jobs.by_the_clock("coupons.remind", "10 2 * * *")
async def remind() -> int:
    """Reminds of everything that expires within three days, batch by batch; of how many. Twice changes nothing."""
    total = 0
    while reminded := await remind_batch():
        total += reminded
    return total


@transactional
async def remind_batch() -> int:
    """One batch in one transaction: a message for every member in it, and never again of the same coupon."""
    rows = await database.fetch(EXPIRING, BATCH)
    by_member: dict[UUID, list[asyncpg.Record]] = {}
    for row in rows:
        by_member.setdefault(row["member_id"], []).append(row)
    await database.execute(
        "UPDATE coupon SET reminded_at = now() WHERE id = ANY($1::uuid[])", [row["id"] for row in rows]
    )
    if rows:
        await notifications.notify_all(KIND, [_message(member_id, hers) for member_id, hers in by_member.items()])
    return len(rows)


def _message(member_id: UUID, coupons: Sequence[asyncpg.Record]) -> notifications.Message:
    first = coupons[0]
    # It ends at midnight; the day that a person calls the last one is the day before.
    last_day = clock.business_day(first["valid_until"] - timedelta(seconds=1))
    others = "" if len(coupons) == 1 else f"等{len(coupons)}张优惠券"
    return notifications.Message(
        member_id=member_id,
        key=str(first["id"]),
        title="优惠券快到期啦",
        body=f"「{first['title']}」{others}最早{last_day.month}月{last_day.day}日到期，记得在到期前使用哦",
        link=LINK,
    )
