"""Reads: what became of a sale or a return."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from foundation import database
from membership import earning
from membership.purchases.errors import PurchaseNotFound
from membership.purchases.targets import Event, Line, kept_fen, target

Kind = Literal["sale", "return"]
Status = Literal["received", "settled", "waiting", "waiting_for_sale"]


class EventStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A sale or a return and what its receipt has come to.

    `status`: `received` (it will be settled in a moment), `settled`, `waiting` (for the person to verify her phone),
    `waiting_for_sale` (a return whose sale has not come). `points_given` are those of the whole sale at `level`,
    `points_taken_back` those of what was returned; None before the receipt is settled for the first time.
    """

    id: UUID
    kind: Kind
    status: Status
    receipt: str
    occurred_at: datetime
    received_at: datetime
    amount_fen: int
    level: str | None
    points_given: int | None
    points_taken_back: int | None
    growth: int | None
    settled_at: datetime | None


async def status_of(partner_id: UUID, event_id: UUID, kind: Kind) -> EventStatus:
    """What became of a partner's sale or return. Raises `PurchaseNotFound`."""
    row = await database.fetchrow(
        "SELECT event.number, event.occurred_at, event.received_at, event.amount_fen, receipt.level,"
        " receipt.rate_numerator, receipt.rate_denominator, receipt.posted_points, receipt.posted_growth,"
        " receipt.settled_at,"
        " CASE WHEN receipt.occurred_on IS NULL THEN 'waiting_for_sale' WHEN receipt.member_id IS NULL THEN 'waiting'"
        "  WHEN event.ordinal <= receipt.settled_events THEN 'settled' ELSE 'received' END AS status,"
        " receipt.bonuses::text AS bonuses,"
        " (SELECT lines::text FROM purchase_event WHERE receipt_id = receipt.id AND kind = 'sale') AS sold"
        " FROM purchase_event event JOIN purchase_receipt receipt ON receipt.id = event.receipt_id"
        " WHERE event.id = $1 AND event.partner_id = $2 AND event.kind = $3",
        event_id,
        partner_id,
        kind,
    )
    if row is None:
        raise PurchaseNotFound
    settled = row["settled_at"] is not None
    given = _given(row) if settled else None
    return EventStatus(
        id=event_id,
        kind=kind,
        status=row["status"],
        receipt=row["number"],
        occurred_at=row["occurred_at"],
        received_at=row["received_at"],
        amount_fen=row["amount_fen"],
        level=row["level"],
        points_given=given,
        points_taken_back=None if given is None else given - row["posted_points"],
        growth=row["posted_growth"] if settled else None,
        settled_at=row["settled_at"],
    )


def _given(row: asyncpg.Record) -> int:
    """What the whole sale gave."""
    sale = Event("sale", msgspec.json.decode(row["sold"], type=list[Line]))
    bonuses = earning.read_bonuses(row["bonuses"])
    return target([sale], row["rate_numerator"], row["rate_denominator"], bonuses).points


PAST = """
SELECT receipt.member_id, receipt.occurred_on, receipt.store_id, receipt.level, receipt.rate_numerator,
       receipt.rate_denominator, jsonb_agg(jsonb_build_array(event.kind, event.lines)) AS events
  FROM (SELECT * FROM purchase_receipt
         WHERE occurred_on BETWEEN $1 AND $2 AND member_id IS NOT NULL ORDER BY occurred_on, id LIMIT $3) receipt
  JOIN purchase_event event ON event.receipt_id = receipt.id
 GROUP BY receipt.id, receipt.member_id, receipt.occurred_on, receipt.store_id, receipt.level,
          receipt.rate_numerator, receipt.rate_denominator
 ORDER BY receipt.occurred_on, receipt.id
"""


async def past(since: date, until: date, most: int) -> list[earning.Past]:
    """What was bought from a day to a day, less what came back of it."""
    return [_past(row) for row in await database.fetch(PAST, since, until, most)]


def _past(row: asyncpg.Record) -> earning.Past:
    told = msgspec.json.decode(row["events"], type=list[tuple[Literal["sale", "return"], list[Line]]])
    return earning.Past(
        member_id=row["member_id"],
        day=row["occurred_on"],
        store_id=row["store_id"],
        level=row["level"],
        occurrence=earning.Purchase.Occurrence(
            day=row["occurred_on"],
            amounts_fen=dict(kept_fen(Event(kind, lines) for kind, lines in told)),
            numerator=row["rate_numerator"],
            denominator=row["rate_denominator"],
        ),
    )


earning.register_past(earning.Purchase, past)


async def kept_since(member_ids: Sequence[UUID]) -> dict[UUID, date]:
    """For each of these members who kept any of a purchase: the business day of the first such purchase.

    One of which a return is still to be settled does not count.
    """
    rows = await database.fetch(
        "SELECT member_id, min(occurred_on) AS day FROM purchase_receipt"
        " WHERE member_id = ANY($1::uuid[]) AND posted_purchases = 1 AND events = settled_events GROUP BY member_id",
        list(member_ids),
    )
    return {row["member_id"]: row["day"] for row in rows}


async def has_bought(member_id: UUID) -> bool:
    """Whether any sale of hers is known, kept or not."""
    return bool(
        await database.fetchval(
            "SELECT EXISTS (SELECT FROM purchase_receipt WHERE member_id = $1 AND occurred_on IS NOT NULL)", member_id
        )
    )
