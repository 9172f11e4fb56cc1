"""Writes: taking in what tills send. It is stored first, and acted on by the settlement job."""

from datetime import UTC, date, datetime
from uuid import UUID

import asyncpg
import msgspec

from foundation import clock, database, jobs
from foundation.errors import FieldError, Invalid, Problem
from foundation.ids import new_id
from foundation.secrets import vault
from foundation.transactions import transactional
from membership import cards, earning, members, stores, tiers
from membership.purchases.settlement import SETTLE, SettleReceipt
from membership.purchases.stores import spendable_on
from membership.purchases.targets import Event, Line, kept_fen

STORE_SALE = """
WITH receipt AS (
    INSERT INTO purchase_receipt AS known (id, partner_id, store_id, number, member_id, phone_index, occurred_on, level,
                                           rate_numerator, rate_denominator, bonuses, spendable_on, events)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)
    ON CONFLICT (partner_id, store_id, number) DO UPDATE
       SET member_id = EXCLUDED.member_id, phone_index = EXCLUDED.phone_index, occurred_on = EXCLUDED.occurred_on,
           level = EXCLUDED.level, rate_numerator = EXCLUDED.rate_numerator,
           rate_denominator = EXCLUDED.rate_denominator, bonuses = EXCLUDED.bonuses,
           spendable_on = EXCLUDED.spendable_on, events = known.events + 1
     WHERE known.occurred_on IS NULL
    RETURNING id, events
)
INSERT INTO purchase_event (id, receipt_id, ordinal, partner_id, store_id, kind, number, terminal, occurred_at,
                            fingerprint, lines, amount_fen, first_status)
SELECT $13, id, events, $2, $3, 'sale', $4, $14, $15, $16, $17, $18, $19 FROM receipt RETURNING receipt_id
"""
"""Writes nothing when the receipt has its sale already."""

STORE_RETURN = """
WITH receipt AS (
    INSERT INTO purchase_receipt AS known (id, partner_id, store_id, number, events) VALUES ($1, $2, $3, $4, 1)
    ON CONFLICT (partner_id, store_id, number) DO UPDATE SET events = known.events + 1
    RETURNING id, events, member_id IS NOT NULL AS somebodys,
              CASE WHEN occurred_on IS NULL THEN 'waiting_for_sale' ELSE 'received' END AS status
), event AS (
    INSERT INTO purchase_event (id, receipt_id, ordinal, partner_id, store_id, kind, number, terminal, occurred_at,
                                fingerprint, lines, amount_fen, first_status)
    SELECT $5, id, events, $2, $3, 'return', $6, $7, $8, $9, $10, $11, status FROM receipt
    ON CONFLICT (partner_id, store_id, kind, number) DO NOTHING RETURNING receipt_id, first_status
)
SELECT event.receipt_id, event.first_status, receipt.somebodys FROM event, receipt
"""
"""Answers nothing, and must be rolled back, when the return is stored already."""


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """A sale as a till knows it; `store` is the store's code. Exactly one of `card` (a card's code as token or digits,
    or its number) and `phone` says who bought."""

    store: str
    terminal: str
    receipt: str
    occurred_at: datetime
    lines: list[Line]
    card: str | None = None
    phone: str | None = None


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """Goods brought back to the store that sold them; `receipt` is the return's own number."""

    store: str
    terminal: str
    receipt: str
    original_receipt: str
    occurred_at: datetime
    lines: list[Line]


class Accepted(msgspec.Struct, frozen=True):
    """It is stored. `status`: `received`; `waiting` for the person, `waiting_for_sale` for the sale of a return."""

    id: UUID
    status: str


class _SentBefore(Exception):  # never leaves this module: the caller looks up what was answered then
    """The event exists already; this transaction must not be committed."""


class _Buyer(msgspec.Struct, frozen=True):
    """Who bought, as far as the till could tell: a code, a card's number, or the blind index of a phone."""

    code: cards.Presented | None = None
    number: str | None = None
    phone_index: bytes | None = None


async def accept_sale(partner_id: UUID, sale: Sale) -> Accepted:
    """Stores a sale. Sent again, it gets the first answer.

    Raises `StoreUnknown`, `Invalid`, `ReceiptConflict` (other content under the same number), `CardUnknown` and the
    refusals of `cards.read` and `cards.use_for_sale`.
    """
    store = await stores.of_partner(partner_id, sale.store)
    fingerprint = _fingerprint(sale)
    try:
        stores.check_time(sale.occurred_at)
        return await _accept_sale(partner_id, store, sale, await _buyer(sale), fingerprint)
    except (Problem, _SentBefore):
        # Its code is used by now, or too old for Redis to know: what was answered first still holds.
        first = await _first_answer(partner_id, store.id, "sale", sale.receipt, fingerprint)
        if first is None:
            raise
        return first


async def accept_return(partner_id: UUID, returned: Return) -> Accepted:
    """Stores a return, whether its sale is known yet or not. Sent again, it gets the first answer.

    Raises `StoreUnknown`, `Invalid`, `ReceiptConflict`.
    """
    store_id = (await stores.of_partner(partner_id, returned.store)).id
    fingerprint = _fingerprint(returned)
    try:
        stores.check_time(returned.occurred_at)
        return await _accept_return(partner_id, store_id, returned, fingerprint)
    except (Problem, _SentBefore):
        first = await _first_answer(partner_id, store_id, "return", returned.receipt, fingerprint)
        if first is None:
            raise
        return first


@transactional
async def _accept_sale(
    partner_id: UUID, store: stores.StoreView, sale: Sale, buyer: _Buyer, fingerprint: bytes
) -> Accepted:
    member_id = await _person(buyer, store.id, sale)
    bought_on = clock.business_day(sale.occurred_at)
    rate = await tiers.rate_of(member_id, bought_on)
    promise = await earning.promised(
        bought_on=bought_on,
        level=rate.level_code,
        store_id=store.id,
        skus=[line.sku for line in sale.lines],
        is_known=member_id is not None,
    )
    status = "waiting" if member_id is None else "received"
    event_id = new_id()
    receipt = await database.fetchrow(
        STORE_SALE,
        new_id(),
        partner_id,
        store.id,
        sale.receipt,
        member_id,
        buyer.phone_index if member_id is None else None,
        bought_on,
        rate.level_code,
        rate.numerator,
        rate.denominator,
        _json(promise.bonuses) if promise.bonuses else None,
        spendable_on(store, bought_on),
        event_id,
        *_columns(sale, fingerprint),
        status,
    )
    if receipt is None:
        raise _SentBefore
    if member_id is not None:
        if promise.capped:
            await _cut_to_caps(receipt["receipt_id"], member_id, sale, promise=promise, bought_on=bought_on, rate=rate)
        await jobs.enqueue(SETTLE, SettleReceipt(receipt["receipt_id"]))
    return Accepted(event_id, status)


async def _cut_to_caps(
    receipt_id: UUID, member_id: UUID, sale: Sale, *, promise: earning.Promised, bought_on: date, rate: tiers.Rate
) -> None:
    """After the receipt is this sale's for certain: what is reserved here is given back by its settlement alone."""
    bonuses = await earning.cut_to_caps(
        promise,
        member_id,
        key=f"receipt:{receipt_id}",
        bought_on=bought_on,
        sold_fen=kept_fen([Event("sale", sale.lines)]),
        numerator=rate.numerator,
        denominator=rate.denominator,
    )
    await database.execute("UPDATE purchase_receipt SET bonuses = $2 WHERE id = $1", receipt_id, _json(bonuses))


@transactional
async def _accept_return(partner_id: UUID, store_id: UUID, returned: Return, fingerprint: bytes) -> Accepted:
    event_id = new_id()
    row: asyncpg.Record | None = await database.fetchrow(
        STORE_RETURN,
        new_id(),
        partner_id,
        store_id,
        returned.original_receipt,
        event_id,
        returned.receipt,
        *_columns(returned, fingerprint),
    )
    if row is None:
        raise _SentBefore
    if row["somebodys"]:
        await jobs.enqueue(SETTLE, SettleReceipt(row["receipt_id"]))
    return Accepted(event_id, row["first_status"])


def _columns(event: Sale | Return, fingerprint: bytes) -> tuple[object, ...]:
    return (
        event.terminal,
        event.occurred_at,
        fingerprint,
        _json(event.lines),
        sum(line.amount_fen for line in event.lines),
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def _buyer(sale: Sale) -> _Buyer:
    if (sale.card is None) == (sale.phone is None):
        raise Invalid(errors=[FieldError("card", "会员码（card）和手机号（phone）请提供其中一个")])
    if sale.phone is not None:
        return _Buyer(phone_index=members.phone_index(members.parse_phone(sale.phone)))
    assert sale.card is not None
    if cards.is_card_number(sale.card):
        return _Buyer(number=sale.card)
    return _Buyer(code=await cards.read(sale.card))


async def _person(buyer: _Buyer, store_id: UUID, sale: Sale) -> UUID | None:
    """Who bought; None for a phone that nobody has verified."""
    if buyer.code is not None:
        return await cards.use_for_sale(
            buyer.code,
            store_id=store_id,
            terminal=sale.terminal,
            receipt=sale.receipt,
            occurred_at=sale.occurred_at,
        )
    if buyer.number is not None:
        return await cards.find_by_card_number(buyer.number)
    assert buyer.phone_index is not None
    # Held, so that a phone being verified right now finds this sale waiting, or this sale finds its member.
    await members.hold_phone(buyer.phone_index)
    return await members.find_by_phone_index(buyer.phone_index)


async def _first_answer(
    partner_id: UUID, store_id: UUID, kind: str, number: str, fingerprint: bytes
) -> Accepted | None:
    row = await database.fetchrow(
        "SELECT id, first_status, fingerprint FROM purchase_event"
        " WHERE partner_id = $1 AND store_id = $2 AND kind = $3 AND number = $4",
        partner_id,
        store_id,
        kind,
        number,
    )
    if row is None:
        return None
    if row["fingerprint"] != fingerprint:
        raise stores.ReceiptConflict
    return Accepted(row["id"], row["first_status"])


def _fingerprint(event: Sale | Return) -> bytes:
    """The same content gives the same bytes; keyed, because from a bare hash a phone could be guessed."""
    plain = msgspec.structs.replace(event, occurred_at=event.occurred_at.astimezone(UTC))
    return vault().index("purchase", msgspec.json.encode(plain).decode())
