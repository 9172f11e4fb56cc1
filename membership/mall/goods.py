"""Virtual goods that are a code or a text: each is in the pool once, and belongs to at most one order.

A product without a pool delivers nothing but the fact. Codes are worth what they open, so they are kept encrypted, and
a digest refuses the same one twice.
"""

from collections.abc import Sequence
from uuid import UUID

from foundation import audit, database
from foundation.ids import new_id
from foundation.secrets import HOUSE, place, vault
from foundation.transactions import transactional, within_transaction
from membership import catalogue
from membership.mall.errors import GoodsNotForThisProduct

_ADD = """
INSERT INTO virtual_good (id, product_id, content, fingerprint)
SELECT good.id, $1, good.content, good.fingerprint
  FROM unnest($2::uuid[], $3::bytea[], $4::bytea[]) AS good (id, content, fingerprint)
ON CONFLICT (product_id, fingerprint) DO NOTHING
"""
# Skips what another order is just taking: it can't be had anyway.
_TAKE = """
UPDATE virtual_good SET order_id = $1 WHERE id IN (
  SELECT id FROM virtual_good WHERE product_id = $2 AND order_id IS NULL ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
)
"""


@transactional
async def add_goods(by: UUID, product_id: UUID, texts: Sequence[str]) -> int:
    """Puts codes or texts (1 to 200 characters each) into a virtual product's pool; how many were new.

    Raises `ProductNotFound`, `GoodsNotForThisProduct`.
    """
    kind = await database.fetchval("SELECT kind FROM product WHERE id = $1", product_id)
    if kind is None:
        raise catalogue.ProductNotFound
    if kind != catalogue.Kind.VIRTUAL:
        raise GoodsNotForThisProduct
    ids = [new_id() for _ in texts]
    house = vault().house
    added = await database.execute(
        _ADD,
        product_id,
        ids,
        [house.seal(_place(good_id), text) for good_id, text in zip(ids, texts, strict=True)],
        [vault().index("virtual_good", text) for text in texts],
    )
    await audit.record(by, "product.goods_added", "product", product_id, after={"added": added, "sent": len(texts)})
    return added


@within_transaction
async def take_goods(order_id: UUID, product_id: UUID, quantity: int) -> None:
    """Gives an order its codes, if the product has a pool. Raises `SoldOut` when it has too few."""
    taken = await database.execute(_TAKE, order_id, product_id, quantity)
    if taken < quantity and await database.fetchval(
        "SELECT EXISTS (SELECT FROM virtual_good WHERE product_id = $1)", product_id
    ):
        raise catalogue.SoldOut


@within_transaction
async def release_goods(order_id: UUID) -> None:
    """Puts the codes of an order back that nobody has seen."""
    await database.execute("UPDATE virtual_good SET order_id = NULL WHERE order_id = $1", order_id)


async def goods_of(order_id: UUID) -> tuple[str, ...]:
    """The codes or texts of a delivered order."""
    rows = await database.fetch("SELECT id, content FROM virtual_good WHERE order_id = $1 ORDER BY id", order_id)
    house = vault().house
    return tuple(house.unseal(_place(row["id"]), row["content"]) for row in rows)


def _place(good_id: UUID) -> str:
    return place("virtual_good", "content", good_id, HOUSE)
