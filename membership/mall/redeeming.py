"""The hot verb: stock and points move together, in as few round trips as that takes.

Picked up and paid with points alone, in a store that is remembered, and at one price for everybody, an order is eight
round trips: BEGIN; the pieces; whose account; the order; its lock; the spending; the idempotency key; COMMIT. A level's
own price asks for the level first and takes anew: two more.
"""

import secrets
from datetime import datetime
from uuid import UUID

import msgspec

from foundation import database
from foundation.errors import FieldError, Invalid, Unavailable
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership import catalogue, families, members, points, stores, tiers
from membership.catalogue import Fulfilment
from membership.mall import destinations, goods, paying
from membership.mall.machine import Status
from membership.mall.paying import Money
from membership.mall.views import RedemptionView
from membership.stores import StoreClosed, StoreNotFound, StoreView

MOST_CODES = 8
"""With 1,000 gifts waiting in a store, eight collisions in a row happen once in 10^40."""

FIRST_STATUS = {
    Fulfilment.PICKUP: Status.RESERVED,
    Fulfilment.DELIVERY: Status.TO_SHIP,
    Fulfilment.VIRTUAL: Status.DELIVERED,
    Fulfilment.COUPON: Status.DELIVERED,
}

# A code that is waiting in this store already gives no row instead of an error, which would end the transaction; the
# pieces stay taken, and only the insert is tried again.
MAKE = """
INSERT INTO redemption (id, member_id, product_id, quantity, points, store_id, stock_store_id, status, pickup_code,
  fulfilment, account_id, money_fen, discount_fen, payment_id, pay_by, coupon_template_id, address_sealed, counted,
  delivered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
  CASE WHEN $8 = 'delivered' THEN now() END)
ON CONFLICT (store_id, pickup_code) WHERE status IN ('reserved', 'awaiting_payment') DO NOTHING
RETURNING created_at
"""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What she asks for. A store is needed to pick up, an address for a delivery; a coupon takes off money."""

    product_id: UUID
    quantity: int = 1
    fulfilment: Fulfilment = Fulfilment.PICKUP
    store_code: str | None = None
    address_id: UUID | None = None
    coupon_id: UUID | None = None


class _New(msgspec.Struct, frozen=True, kw_only=True):
    """An order that is being made."""

    id: UUID
    member_id: UUID
    payer_id: UUID
    taken: catalogue.Taken
    store: StoreView | None
    status: Status
    money: Money
    address_sealed: bytes | None
    counted: bool


async def redeem(member_id: UUID, product_id: UUID, quantity: int, store_code: str) -> RedemptionView:
    """Orders `quantity` (1 to 99) pieces of a gift, to be picked up in a store. As `order`."""
    return await order(member_id, Wish(product_id=product_id, quantity=quantity, store_code=store_code))


@transactional
async def order(member_id: UUID, wish: Wish) -> RedemptionView:
    """Takes the pieces and spends their points; what costs money too awaits its payment for 15 minutes.

    Raises `Invalid` (what the way of fulfilment needs), `StoreNotFound`, `StoreClosed`, `AddressNotFound`, what
    `catalogue.take`, `coupons.apply_in_mall` and `coupons.give`, `payments.open` and `families.spender_account` refuse,
    and `NotEnoughPoints`.
    """
    _check(wish)
    order_id = new_id()
    store = None if wish.store_code is None else await _open_store(wish.store_code)
    address = None
    if wish.address_id is not None:
        address = await destinations.copy(member_id, wish.address_id, order_id)
    elif wish.fulfilment is Fulfilment.COUPON:
        await members.share(member_id)
    taken = await _take(member_id, wish, store)
    money = await paying.ask(order_id, member_id, taken, wish.coupon_id)
    return await _place(order_id, member_id, taken=taken, store=store, money=money, address_sealed=address)


@within_transaction
async def place(member_id: UUID, taken: catalogue.Taken, store_code: str) -> RedemptionView:
    """An order of goods that the caller takes itself, at a price of its own; picked up, and paid with points alone.

    Raises `StoreNotFound`, `StoreClosed`, what `families.spender_account` refuses, and `NotEnoughPoints`.
    """
    assert taken.fulfilment is Fulfilment.PICKUP and not taken.money_fen, "the other ways ask for more"
    store = await _open_store(store_code)
    return await _place(new_id(), member_id, taken=taken, store=store, money=Money(), counted=False)


async def _place(
    order_id: UUID,
    member_id: UUID,
    *,
    taken: catalogue.Taken,
    store: StoreView | None,
    money: Money,
    address_sealed: bytes | None = None,
    counted: bool = True,
) -> RedemptionView:
    payer_id = await families.spender_account(member_id, taken.points)
    new = _New(
        id=order_id,
        member_id=member_id,
        payer_id=payer_id,
        taken=taken,
        store=store,
        status=Status.AWAITING_PAYMENT if money.fen else FIRST_STATUS[taken.fulfilment],
        money=money,
        address_sealed=address_sealed,
        counted=counted,
    )
    view = await _make(new)
    await _deliver_at_once(new)
    source = points.Source(
        store_id=store.id if store else None,
        by_member=None if payer_id == member_id else member_id,
        note=taken.name,
    )
    await points.spend(payer_id, taken.points, kind=points.Kind.REDEMPTION, key=str(order_id), source=source)
    return view


def new_pickup_code() -> str:
    """Eight random digits."""
    return f"{secrets.randbelow(10**8):08d}"


def _check(wish: Wish) -> None:
    """Each way asks for what it needs, and for nothing else."""
    if not 1 <= wish.quantity <= catalogue.MOST_PIECES:
        raise catalogue.QuantityOutOfRange
    errors = []
    if (wish.fulfilment is Fulfilment.PICKUP) != (wish.store_code is not None):
        errors.append(FieldError("store", "到店自提请选择门店，其他方式无需选择门店"))
    if (wish.fulfilment is Fulfilment.DELIVERY) != (wish.address_id is not None):
        errors.append(FieldError("address_id", "快递配送请选择收货地址，其他方式无需选择地址"))
    if errors:
        raise Invalid(errors=errors)


async def _open_store(code: str) -> StoreView:
    store = await stores.find(code)
    if store is None:
        raise StoreNotFound
    if not store.open:
        raise StoreClosed
    return store


async def _take(member_id: UUID, wish: Wish, store: StoreView | None) -> catalogue.Taken:
    async def at(level_rank: int | None) -> catalogue.Taken:
        return await catalogue.take(
            wish.product_id,
            wish.quantity,
            member_id=member_id,
            level_rank=level_rank,
            store_id=store.id if store else None,
            fulfilment=wish.fulfilment,
        )

    try:
        return await at(None)
    except catalogue.LevelMatters:
        return await at((await tiers.standing(member_id)).level.rank)


async def _make(new: _New) -> RedemptionView:
    taken, store, money = new.taken, new.store, new.money
    for _ in range(MOST_CODES):
        code = None if store is None else new_pickup_code()
        created_at = await database.fetchval(
            MAKE,
            new.id,
            new.member_id,
            taken.product_id,
            taken.quantity,
            taken.points,
            store.id if store else None,
            taken.stock_store_id,
            new.status,
            code,
            taken.fulfilment,
            None if new.payer_id == new.member_id else new.payer_id,
            money.fen,
            money.discount_fen,
            money.payment_id,
            money.pay_by,
            taken.coupon_template,
            new.address_sealed,
            new.counted,
        )
        if created_at is not None:
            return _view(new, code, created_at)
    raise Unavailable


async def _deliver_at_once(new: _New) -> None:
    """Codes are taken with the pieces, paid or not; coupons are counted when they are given, so not before."""
    if new.taken.fulfilment is Fulfilment.VIRTUAL:
        await goods.take_goods(new.id, new.taken.product_id, new.taken.quantity)
    elif new.status is Status.DELIVERED:
        await paying.give_coupons(new.id, new.member_id, new.taken.coupon_template, new.taken.quantity)


def _view(new: _New, pickup_code: str | None, created_at: datetime) -> RedemptionView:
    taken, store = new.taken, new.store
    return RedemptionView(
        id=new.id,
        status=new.status,
        fulfilment=taken.fulfilment,
        product_id=taken.product_id,
        product_name=taken.name,
        quantity=taken.quantity,
        points=taken.points,
        money_fen=new.money.fen,
        discount_fen=new.money.discount_fen,
        payment_id=new.money.payment_id,
        pay_by=new.money.pay_by,
        store_code=store.code if store else None,
        store_name=store.name if store else None,
        pickup_code=pickup_code,
        created_at=created_at,
        delivered_at=created_at if new.status is Status.DELIVERED else None,
    )
