"""An order as its verbs see it: the row, locked until the commit.

Locking it, deciding by what it says (`machine`) and writing are apart on purpose: whoever waited for the row reads
what the other one made of it.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from foundation import database
from membership import members
from membership.catalogue import Fulfilment
from membership.mall import machine
from membership.mall.errors import RedemptionNotFound
from membership.mall.machine import Status, Verb, Who

# Not FOR UPDATE: that also stops whoever only refers to the order.
LOCK = """
SELECT redemption.id, member_id, account_id, product_id, product.name AS product_name, quantity, redemption.points,
  status, fulfilment, store_id, stock_store_id, counted, pickup_code, redemption.money_fen, discount_fen,
  coupon_template_id, payment_id, paid_at, redemption.created_at, shipped_at, delivered_at, address_sealed, now() AS now
FROM redemption JOIN product ON product.id = product_id WHERE redemption.id = $1 FOR NO KEY UPDATE OF redemption
"""


SEALED = ("address_sealed", "tracking_number_sealed", "return_reason_sealed", "return_refused_sealed")
"""What is sealed with her keys."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `redemption` that is locked."""

    id: UUID
    member_id: UUID
    account_id: UUID | None
    product_id: UUID
    product_name: str
    quantity: int
    points: int
    status: Status
    fulfilment: Fulfilment
    store_id: UUID | None
    stock_store_id: UUID | None
    counted: bool
    pickup_code: str | None
    money_fen: int
    discount_fen: int
    coupon_template_id: UUID | None
    payment_id: UUID | None
    paid_at: datetime | None
    created_at: datetime
    shipped_at: datetime | None
    delivered_at: datetime | None
    address_sealed: bytes | None
    now: datetime
    """The database's clock at the beginning of the transaction."""

    @property
    def payer_id(self) -> UUID:
        """Whose points paid: hers, or those of her family."""
        return self.account_id or self.member_id

    def target(self, verb: Verb, who: Who) -> Status:
        """Where the verb leads. Raises why it does not."""
        return machine.target(self.status, verb, who, self.fulfilment)


async def lock(order_id: UUID) -> Order:
    """Locks an order. Raises `RedemptionNotFound`."""
    row = await database.fetchrow(LOCK, order_id)
    if row is None:
        raise RedemptionNotFound
    values = dict(row)
    values["status"], values["fulfilment"] = Status(values["status"]), Fulfilment(values["fulfilment"])
    return Order(**values)


async def lock_with_member(order_id: UUID) -> tuple[Order, members.MemberRecord]:
    """The order of somebody who stays who she is until the commit, for whoever seals something on it.

    The member first: whoever merges two members holds them before their orders. Raises `RedemptionNotFound`.
    """
    member_id: UUID | None = await database.fetchval("SELECT member_id FROM redemption WHERE id = $1", order_id)
    if member_id is None:
        raise RedemptionNotFound
    member = await members.share(member_id)
    return await lock(order_id), member


async def lock_own(member_id: UUID, order_id: UUID) -> Order:
    """Locks an order of hers. Raises `RedemptionNotFound`, for a stranger's too."""
    order = await lock(order_id)
    if order.member_id != member_id:
        raise RedemptionNotFound
    return order
