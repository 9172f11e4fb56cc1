"""The wish list: what a member saves for, and telling her, once, when her points reach it.

Nobody is looked at without a reason: who earned points since the last time is read off the end of the ledger, and a
product that became cheaper or is there again looks at those who wish for it.
"""

from uuid import UUID

import msgspec

from foundation import database, jobs
from foundation.errors import Unavailable
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership import notifications
from membership.catalogue.browsing import HER_PRICE, OFFERED, STOCK
from membership.catalogue.errors import ProductNotFound, WishListFull
from membership.catalogue.offers import purse

MOST_ATTEMPTS = 10
TOLD = "wish_affordable"

# Any free place, so that two wishes at once seldom want the same; who loses waits for the winner and asks again.
WISH = """
INSERT INTO wish (id, member_id, product_id, place)
SELECT $1::uuid, $2::uuid, $3::uuid, place FROM generate_series(1, 100) AS place
WHERE NOT EXISTS (SELECT FROM wish WHERE member_id = $2 AND wish.place = place.place)
ORDER BY random() LIMIT 1
ON CONFLICT DO NOTHING RETURNING id
"""
TELL = f"""
UPDATE wish SET told_at = now() FROM product {HER_PRICE.format(rank="$2::int")}
WHERE wish.member_id = $1 AND wish.told_at IS NULL AND product.id = wish.product_id AND {OFFERED}
  AND (product.on_sale_from IS NULL OR product.on_sale_from <= now()) AND {STOCK} > 0
  AND coalesce(her.points, product.points) <= $3::bigint
RETURNING wish.id, wish.product_id, product.name, coalesce(her.points, product.points) AS points
"""  # noqa: S608  # only our own constants are filled in
# Wishes for what both wished for go; the others get places that are free.
MOVE = """
WITH free AS (
  SELECT place, row_number() OVER (ORDER BY place) AS number FROM generate_series(1, 100) AS place
  WHERE NOT EXISTS (SELECT FROM wish WHERE member_id = $2 AND wish.place = place.place)
), moving AS (
  SELECT id, row_number() OVER (ORDER BY id DESC) AS number FROM wish
  WHERE member_id = $1
    AND NOT EXISTS (SELECT FROM wish other WHERE other.member_id = $2 AND other.product_id = wish.product_id)
)
UPDATE wish SET member_id = $2, place = free.place FROM moving JOIN free USING (number) WHERE wish.id = moving.id
"""


class ProductToLookAt(msgspec.Struct, frozen=True):
    """Those who wish for it may afford it now; `after` is the last wish that was looked at."""

    product_id: UUID
    after: UUID = UUID(int=0)


class MemberToLookAt(msgspec.Struct, frozen=True):
    """Points of hers became spendable."""

    member_id: UUID


@transactional
async def wish(member_id: UUID, product_id: UUID) -> None:
    """Puts a product on her wish list; once more changes nothing. Raises `ProductNotFound`, `WishListFull`."""
    if not await database.fetchval(f"SELECT true FROM product WHERE id = $1 AND {OFFERED}", product_id):  # noqa: S608  # ours
        raise ProductNotFound
    for _ in range(MOST_ATTEMPTS):
        if await database.fetchval(WISH, new_id(), member_id, product_id):
            return
        row = await database.fetchrow(
            "SELECT count(*) AS wishes, coalesce(bool_or(product_id = $2), false) AS this FROM wish"
            " WHERE member_id = $1",
            member_id,
            product_id,
        )
        assert row is not None, "an aggregate has a row"
        if row["this"]:
            return
        if row["wishes"] >= 100:
            raise WishListFull
    raise Unavailable


@transactional
async def unwish(member_id: UUID, product_id: UUID) -> None:
    """Takes a product off her wish list; what is not there is gone already."""
    await database.execute("DELETE FROM wish WHERE member_id = $1 AND product_id = $2", member_id, product_id)


@transactional
async def tell(member_id: UUID) -> int:
    """Tells her of each wish that her points reach now and that she was not told of; how many."""
    hers = await purse(member_id)
    rows = await database.fetch(TELL, member_id, hers.level_rank, hers.balance)
    if not rows:
        return 0
    return await notifications.notify_all(
        TOLD,
        [
            notifications.Message(
                member_id,
                str(row["id"]),
                "心愿可以兑换啦",
                f"您心愿单里的「{row['name']}」只需{row['points']}积分，现在就可以兑换，快去看看吧",
                f"/pages/mall/product?id={row['product_id']}",
            )
            for row in rows
        ],
    )


@within_transaction
async def look_at_product(product_id: UUID) -> None:
    """It became cheaper, or is there again: those who wish for it are looked at in the background."""
    if await database.fetchval("SELECT true FROM wish WHERE product_id = $1 AND told_at IS NULL LIMIT 1", product_id):
        await jobs.enqueue("catalogue.look_at_product", ProductToLookAt(product_id))
