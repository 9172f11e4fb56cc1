"""Makers: somebody who buys, and what she buys."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from foundation import clock, database, job_worker
from foundation.transactions import transactional
from membership import members, points, purchases, tiers
from membership.purchases import Line
from membership.stores import StoreView
from tests.makers import phones
from tests.makers.stores import make_partner, make_store

TERMINAL = "POS-1"


class Buyer(msgspec.Struct, frozen=True):
    id: UUID
    number: str
    phone: str


class Shop(msgspec.Struct, frozen=True):
    """A store and the partner whose tills stand in it."""

    partner_id: UUID
    store: StoreView


def new_phone() -> str:
    """A Chinese mobile number that nobody else uses, as a clerk types it."""
    return phones.new_phone().removeprefix("+86")


@transactional
async def make_buyer() -> Buyer:
    """A member with an account and a standing, whom a till knows by her phone."""
    phone = new_phone()
    member_id = await members.make_by_phone(f"+86{phone}")
    await points.open_account(member_id)
    await tiers.open_standing(member_id)
    member = await members.get(member_id)
    assert member is not None
    return Buyer(member_id, member.number, phone)


async def make_shop() -> Shop:
    partner = await make_partner()
    return Shop(partner.id, await make_store(partner.id))


def receipt_number() -> str:
    return f"R{uuid4().hex[:16]}"


def line(amount_fen: int = 10_000, sku: str = "A1", quantity: int = 1) -> Line:
    return Line(sku=sku, name="奶粉", quantity=quantity, amount_fen=amount_fen)


def make_sale(shop: Shop, **changes: Any) -> purchases.Sale:
    """A sale of ¥100; give `card` or `phone`."""
    content: dict[str, Any] = {
        "store": shop.store.code,
        "terminal": TERMINAL,
        "receipt": receipt_number(),
        "occurred_at": clock.now() - timedelta(minutes=1),
        "lines": [line()],
    }
    return purchases.Sale(**content | changes)


def make_return(shop: Shop, original: str, **changes: Any) -> purchases.Return:
    """A return of ¥100 of a sale."""
    content: dict[str, Any] = {
        "store": shop.store.code,
        "terminal": TERMINAL,
        "receipt": receipt_number(),
        "original_receipt": original,
        "occurred_at": clock.now(),
        "lines": [line()],
    }
    return purchases.Return(**content | changes)


async def settle_all() -> None:
    """Runs the queue dry."""
    await job_worker.drain(database.pool())
