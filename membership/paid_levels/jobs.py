"""By the clock: tells members in time that a paid level of theirs ends."""

from uuid import UUID

import msgspec

from foundation import database, jobs
from foundation.transactions import transactional
from membership import notifications
from membership.paid_levels.selling import CARD_PAGE

DAYS_BEFORE = 7
BATCH = 500
KIND = "paid_level_ends"
BEFORE_ALL = UUID(int=0)

# Who has bought more of the same level since has nothing to be told.
ENDING = """
SELECT sold.id, sold.member_id, sold.ends_on, plan.name
  FROM paid_level sold JOIN paid_plan plan ON plan.code = sold.plan_id
 WHERE sold.ends_on BETWEEN (now() AT TIME ZONE 'Asia/Shanghai')::date
                        AND (now() AT TIME ZONE 'Asia/Shanghai')::date + $1::int
   AND sold.refunded_on IS NULL AND sold.id > $2
   AND NOT EXISTS (SELECT FROM paid_level later WHERE later.member_id = sold.member_id
                      AND later.level_id = sold.level_id AND later.refunded_on IS NULL AND later.ends_on > sold.ends_on)
 ORDER BY sold.id LIMIT $3
"""


class Reminded(msgspec.Struct, frozen=True):
    """How many members were told something new; `last` is None when nobody was left."""

    members: int
    last: UUID | None


@jobs.by_the_clock("paid_levels.reminders", "20 2 * * *")
async def remind() -> int:
    """At twenty past ten in the morning: whose paid level ends within a week. Running it twice tells nothing twice."""
    told, after = 0, BEFORE_ALL
    while True:
        batch = await remind_batch(after)
        told += batch.members
        if batch.last is None:
            return told
        after = batch.last


@transactional
async def remind_batch(after: UUID) -> Reminded:
    """Some members in one transaction."""
    rows = await database.fetch(ENDING, DAYS_BEFORE, after, BATCH)
    messages = [
        notifications.Message(
            row["member_id"],
            str(row["id"]),
            "付费会员即将到期",
            f"您的{row['name']}将于 {row['ends_on'].month} 月 {row['ends_on'].day} 日到期，到店续费可继续享受权益。",
            CARD_PAGE,
        )
        for row in rows
    ]
    told = await notifications.notify_all(KIND, messages) if messages else 0
    return Reminded(told, rows[-1]["id"] if len(rows) == BATCH else None)
