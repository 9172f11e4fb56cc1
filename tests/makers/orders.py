"""Makers: products that are sent, paid for or had at once; orders of them, and money for them."""

from datetime import UTC, datetime, timedelta
from typing import Unpack
from uuid import UUID, uuid4

import msgspec

from foundation import database, job_worker
from membership import addresses, catalogue, mall
from membership.catalogue import Fulfilment
from membership.catalogue.terms import Terms
from membership.mall import paying
from membership.payments.port import Answer, Found, Money
from membership.payments.settling import settle
from membership.staff import Role
from tests.makers.addresses import address
from tests.makers.mall import give_points
from tests.makers.members import MadeMember, agree_to_privacy, make_member
from tests.makers.staff import make_staff
from tests.makers.stores import make_store

PRICE, MONEY_FEN = 100, 990


class Shopper(msgspec.Struct, frozen=True):
    """A member with points, and an address of hers."""

    member: MadeMember
    address_id: UUID

    @property
    def id(self) -> UUID:
        return self.member.id


async def make_shopper(points: int = 1_000) -> Shopper:
    member = await make_member()
    await agree_to_privacy(member.id)
    await give_points(member.id, points)
    return Shopper(member, (await addresses.add(member.id, address())).id)


async def make_offer(*, stock: int = 10, **terms: Unpack[Terms]) -> UUID:
    """A product for 100 points a piece."""
    return await catalogue.make_product(f"测试商品{uuid4().hex[:8]}", "测试用", points=PRICE, stock=stock, **terms)


async def make_operator() -> UUID:
    return (await make_staff(Role.OPERATOR)).id


async def order_delivery(shopper: Shopper, product_id: UUID | None = None, quantity: int = 1) -> mall.RedemptionView:
    """An order that is sent to her; without a product, of one that costs points alone."""
    product_id = product_id or await make_offer(delivery=True)
    wish = mall.Wish(
        product_id=product_id, quantity=quantity, fulfilment=Fulfilment.DELIVERY, address_id=shopper.address_id
    )
    return await mall.order(shopper.id, wish)


async def order_for_money(shopper: Shopper, product_id: UUID | None = None) -> mall.RedemptionView:
    """An order to be picked up that awaits 990 fen."""
    product_id = product_id or await make_offer(money_fen=MONEY_FEN)
    store = await make_store()
    return await mall.order(shopper.id, mall.Wish(product_id=product_id, store_code=store.code))


async def shipped(shopper: Shopper, product_id: UUID | None = None) -> mall.RedemptionView:
    """An order of hers that is on its way."""
    order = await order_delivery(shopper, product_id)
    await mall.ship(await make_operator(), order.id, mall.Shipment("顺丰速运", "SF1234567890"))
    return await mall.redemption(shopper.id, order.id)


async def money_comes(order: mall.RedemptionView, amount_fen: int | None = None) -> None:
    """The provider says that she has paid; the jobs that follow have yet to run."""
    assert order.payment_id is not None
    money = Money(
        transaction_id=f"42{order.payment_id.hex}",
        amount_fen=order.money_fen if amount_fen is None else amount_fen,
        currency="CNY",
        payer=None,
        paid_at=datetime.now(UTC),
        ours=True,
    )
    await settle(order.payment_id.hex, Answer(Found.PAID, money))


async def pay(order: mall.RedemptionView) -> None:
    """She has paid, and the order knows."""
    await money_comes(order)
    await paying.settle(order.id)


async def work() -> None:
    """Runs every job that is due."""
    await job_worker.drain(database.pool())


async def let_pass(order_id: UUID, time: timedelta) -> None:
    """Everything that happened to an order happened so much earlier."""
    columns = ("created_at", "pay_by", "shipped_at", "delivered_at", "cancelled_at", "returned_at")
    changes = ", ".join(f"{column} = {column} - $2::interval" for column in columns)
    await database.execute(f"UPDATE redemption SET {changes} WHERE id = $1", order_id, time)  # noqa: S608  # ours


async def payment_of(order: mall.RedemptionView) -> tuple[str, int]:
    """(status, fen of which the provider was asked to send them back)."""
    row = await database.fetchrow(
        "SELECT status, (SELECT coalesce(sum(amount_fen), 0) FROM payment_refund WHERE payment_id = payment.id)::int"
        " AS refunds_fen FROM payment WHERE id = $1",
        order.payment_id,
    )
    assert row is not None
    return row["status"], row["refunds_fen"]


async def stock_of(product_id: UUID) -> int:
    return int(await database.fetchval("SELECT stock FROM product WHERE id = $1", product_id))


async def told(member_id: UUID) -> list[str]:
    """The kinds of what she was told, the oldest first."""
    rows = await database.fetch("SELECT kind FROM notification WHERE member_id = $1 ORDER BY id", member_id)
    return [row["kind"] for row in rows]


async def audited(order_id: UUID) -> list[str]:
    """What the staff did to an order, the oldest first."""
    rows = await database.fetch("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY id", str(order_id))
    return [row["action"] for row in rows]
