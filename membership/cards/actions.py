"""Writes: giving out codes, and using each of them once."""

import re
import time
from collections import OrderedDict
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from foundation import database
from foundation.errors import NotFound
from foundation.transactions import transactional, within_transaction
from membership import members
from membership.cards import barcodes
from membership.cards.codes import Code, is_barcode, new_codes, read_token, write_token
from membership.cards.errors import (
    CardBlocked,
    CardCodeEarly,
    CardCodeExpired,
    CardCodeUnknown,
    CardCodeUsed,
    CardUnknown,
)

SCAN_LASTS = timedelta(hours=2)
"""How long after a scan the same till may use the code for its sale."""
MOST_NUMBERS = 20_000

USE = "INSERT INTO card_code_use (id, member_id, store_id, terminal) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
"""The primary key decides whose scan it is."""


class CardCode(msgspec.Struct, frozen=True):
    """What the app shows: `qr` as a 2D code, `barcode` (18 digits) as Code 128; None when laser scanners must wait."""

    qr: str
    barcode: str | None
    expires_at: datetime


class ScannedCard(msgspec.Struct, frozen=True):
    """Who stands at the till: `name` is masked."""

    member_id: UUID
    number: str
    name: str


class Presented(msgspec.Struct, frozen=True):
    """A code as a till read it. `code` is None for a number whose minute nobody remembers any more."""

    id: int
    code: Code | None


_CARD_NUMBER = re.compile(r"[0-9]{12}", re.ASCII)

_numbers: OrderedDict[UUID, str] = OrderedDict()  # a member's number never changes


async def issue_codes(member_id: UUID, count: int) -> list[CardCode]:
    """`count` codes, each good for 60 s and once, the first from now, each next one when the one before ends.

    Nothing is written to the database: a code that is never shown leaves no trace.
    """
    codes = new_codes(await number_of(member_id), count, int(time.time()))
    remembered = await barcodes.remember(codes)
    return [
        CardCode(
            qr=write_token(code),
            barcode=code.barcode if remembered else None,
            expires_at=code.expires_at,
        )
        for code in codes
    ]


async def read(text: str) -> Presented:
    """What a scanner read. Raises `CardCodeForeign`, `CardCodeForged`; `Unavailable` for digits without Redis."""
    if is_barcode(text):
        return Presented(int(text), await barcodes.recall(text))
    code = read_token(text)
    return Presented(code.id, code)


async def scan(text: str, store_id: UUID, terminal: str) -> ScannedCard:
    """Uses a code at a till and says who it is. Of many scans of one code, one wins.

    Raises `CardCodeForged`, `CardCodeForeign`, `CardCodeExpired`, `CardCodeEarly`, `CardCodeUsed`, `CardCodeUnknown`,
    `CardBlocked`; `Unavailable` for digits without Redis.
    """
    presented = await read(text)
    if presented.code is None:
        await _refuse_forgotten(presented.id)
        raise CardCodeUnknown
    presented.code.judge(time.time())
    return await _scan(presented.code, store_id, terminal)


@transactional
async def _scan(code: Code, store_id: UUID, terminal: str) -> ScannedCard:
    member_id = await _member_of(code)
    used = await database.execute(
        USE,
        code.id,
        member_id,
        store_id,
        terminal,
    )
    if not used:
        raise CardCodeUsed
    member = await members.get(member_id)
    if member is None or member.status != "active":
        raise CardBlocked
    return ScannedCard(member_id, member.number, member.name_masked)


@within_transaction
async def use_for_sale(
    presented: Presented, *, store_id: UUID, terminal: str, receipt: str, occurred_at: datetime
) -> UUID:
    """Uses a code for one receipt, for its sale and its payment alike; whose it is.

    Either the same till scanned it, at most two hours apart from the sale, or nobody did: then the code must be good
    now, or have been good when the sale happened (a till that was offline).

    Raises `CardCodeExpired`, `CardCodeEarly`, `CardCodeUsed`, `CardCodeUnknown`.
    """
    if presented.code is None:
        return await _use_forgotten(presented.id, store_id, terminal, receipt, occurred_at)
    member_id = await _member_of(presented.code)
    unscanned = await database.fetchval(
        "INSERT INTO card_code_use AS used (id, member_id, store_id, terminal, receipt)"
        " VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (id) DO UPDATE SET receipt = EXCLUDED.receipt"
        " WHERE (used.receipt IS NULL OR used.receipt = EXCLUDED.receipt)"
        " AND used.store_id = EXCLUDED.store_id AND used.terminal = EXCLUDED.terminal"
        " AND (used.used_at >= now() - $6::interval"
        "      OR $7::timestamptz BETWEEN used.used_at - $6::interval AND used.used_at + $6::interval)"
        " RETURNING xmax = 0",
        presented.id,
        member_id,
        store_id,
        terminal,
        receipt,
        SCAN_LASTS,
        occurred_at,
    )
    if unscanned is None:
        raise CardCodeUsed
    if unscanned:
        _judge_unscanned(presented.code, occurred_at)
    return member_id


def is_card_number(text: str) -> bool:
    """Whether this is a card's number, and not a code of it."""
    return _CARD_NUMBER.fullmatch(text) is not None


async def find_by_card_number(number: str) -> UUID:
    """Whose number it is. Raises `CardUnknown`."""
    member_id = await members.find_by_number(number)
    if member_id is None:
        raise CardUnknown
    return member_id


def _judge_unscanned(code: Code, occurred_at: datetime) -> None:
    try:
        code.judge(time.time())
    except (CardCodeEarly, CardCodeExpired):
        code.judge(occurred_at.timestamp())


async def _use_forgotten(code_id: int, store_id: UUID, terminal: str, receipt: str, occurred_at: datetime) -> UUID:
    """Redis has forgotten the digits, but if this till scanned them, the use itself says whose they are."""
    member_id: UUID | None = await database.fetchval(
        "UPDATE card_code_use SET receipt = $4"
        " WHERE id = $1 AND (receipt IS NULL OR receipt = $4) AND store_id = $2 AND terminal = $3"
        " AND (used_at >= now() - $5::interval"
        "      OR $6::timestamptz BETWEEN used_at - $5::interval AND used_at + $5::interval)"
        " RETURNING member_id",
        code_id,
        store_id,
        terminal,
        receipt,
        SCAN_LASTS,
        occurred_at,
    )
    if member_id is None:
        await _refuse_forgotten(code_id)
        raise CardCodeUnknown
    return member_id


async def _refuse_forgotten(code_id: int) -> None:
    if await database.fetchval("SELECT true FROM card_code_use WHERE id = $1", code_id):
        raise CardCodeUsed


async def _member_of(code: Code) -> UUID:
    member_id = await members.find_by_number(code.number)
    if member_id is None:
        raise CardCodeUnknown
    return member_id


async def number_of(member_id: UUID) -> str:
    """The card's number, which this process remembers: it never changes. Raises `NotFound`."""
    known = _numbers.get(member_id)
    if known is None:
        known = await members.number_of(member_id)
        if known is None:
            raise NotFound
        if len(_numbers) >= MOST_NUMBERS:
            _numbers.popitem(last=False)
        _numbers[member_id] = known
    return known
