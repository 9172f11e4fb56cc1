"""Writes: giving back what is left of a paid level. The amount follows from the rule, not from whoever types it."""

from uuid import UUID

from foundation import audit, database
from foundation.transactions import transactional
from membership import members, notifications, tiers
from membership.paid_levels import queries
from membership.paid_levels.days import DAY, refundable_fen
from membership.paid_levels.errors import PaidLevelNotFound, PaidLevelNotLast, PaidLevelOver
from membership.paid_levels.selling import CARD_PAGE, FEN_PER_YUAN, NOTIFICATION
from membership.paid_levels.views import PaidLevelView

LOCK = """
SELECT level_id, price_fen, full_refund_days, sold_on, begins_on, ends_on, refunded_on,
       (now() AT TIME ZONE 'Asia/Shanghai')::date AS today,
       EXISTS (SELECT FROM paid_level later WHERE later.member_id = sold.member_id AND later.level_id = sold.level_id
                  AND later.refunded_on IS NULL AND later.begins_on > sold.begins_on) AS has_later
  FROM paid_level sold WHERE id = $1 FOR UPDATE
"""
REFUND = "UPDATE paid_level SET refunded_fen = $2, refunded_on = $3, refunded_by_id = $4 WHERE id = $1"


@transactional
async def refund(by: UUID, paid_level_id: UUID, reason: str) -> PaidLevelView:
    """Ends a paid level and answers what the member is to be paid (`refunded_fen`). Again it changes nothing.

    Soon after the sale everything goes back and the level is gone at once; later it holds to the end of the day, and
    the days after it are paid back.

    Raises `PaidLevelNotFound`, `PaidLevelNotLast` (she bought more since), `PaidLevelOver`.
    """
    member_id: UUID | None = await database.fetchval("SELECT member_id FROM paid_level WHERE id = $1", paid_level_id)
    if member_id is None:
        raise PaidLevelNotFound
    # Held, as a sale holds her: nothing of hers is sold or merged meanwhile.
    member = await members.hold_one(member_id)
    row = await database.fetchrow(LOCK, paid_level_id)
    assert row is not None, "what was sold is kept"
    if row["refunded_on"] is not None:
        return await queries.one(paid_level_id)
    today = row["today"]
    if row["ends_on"] < today:
        raise PaidLevelOver
    if row["has_later"]:
        raise PaidLevelNotLast
    price_fen: int = row["price_fen"]
    amount_fen = refundable_fen(
        price_fen,
        full_refund_days=row["full_refund_days"],
        sold_on=row["sold_on"],
        begins_on=row["begins_on"],
        ends_on=row["ends_on"],
        day=today,
    )
    await database.execute(REFUND, paid_level_id, amount_fen, today, by)
    last_day = today - DAY if amount_fen == price_fen else today
    await tiers.set_paid(paid_level_id, member.merged_into or member.id, row["level_id"], row["begins_on"], last_day)
    await audit.record(
        by,
        "paid_level.refunded",
        "paid_level",
        paid_level_id,
        before={"ends_on": row["ends_on"]},
        after={"refunded_fen": amount_fen, "ends_on": last_day},
        reason=reason,
    )
    body = f"付费会员已退款 ¥{amount_fen // FEN_PER_YUAN:,}.{amount_fen % FEN_PER_YUAN:02}，如有疑问请联系客服。"
    await notifications.notify(
        member.merged_into or member.id,
        NOTIFICATION,
        f"refunded:{paid_level_id}",
        "付费会员已退款",
        body,
        link=CARD_PAGE,
    )
    return await queries.one(paid_level_id)
