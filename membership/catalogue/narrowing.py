"""How a list that leaves out most products stays fast, whichever words or points it asks for.

A few products are looked up first and then sorted; where there are more than a few, the shelf is walked in its order
until the page is full, which is soon. PostgreSQL could decide that by its statistics, but does not for a statement
that is prepared once for all words; so it is decided here, by a look that ends after a few.
"""

from uuid import UUID

from foundation import database
from membership.catalogue import searching
from membership.catalogue.browsing import Statement

FEW = 200

NAMED = f"SELECT product_id FROM product_search WHERE grams @> $1 AND text LIKE $2 LIMIT {FEW + 1}"  # noqa: S608  # ours
# No level pays more than the one below it, so one price within her reach at her level or below is enough.
AFFORDABLE = f"""
(SELECT id FROM product WHERE on_sale AND points <= $1 ORDER BY points, id LIMIT {FEW + 1})
UNION (SELECT product_id FROM product_price JOIN tier_level ON tier_level.code = level_id
  WHERE product_price.points <= $1 AND rank <= $2 LIMIT {FEW + 1})
"""  # noqa: S608  # ours


async def by_words(statement: Statement, words: str) -> None:
    """Only what has these words in its name, its pinyin or the pinyin's initials. One query."""
    asked = searching.asked(words)
    if asked is None:
        return
    grams, pattern = asked
    rows = await database.fetch(NAMED, grams, pattern)
    if not _few(statement, [row[0] for row in rows]):
        # A value and no EXISTS, which would be turned into a join with all there is.
        is_like = f"found.text LIKE {statement.add(pattern)}"
        found = f"(SELECT {is_like} FROM product_search found WHERE found.product_id = product.id)"  # noqa: S608  # ours
        statement.conditions.append(found)


async def by_points(statement: Statement, balance: int, level_rank: int) -> None:
    """Only what so many points buy at a level. One query."""
    rows = await database.fetch(AFFORDABLE, balance, level_rank)
    if not _few(statement, [row[0] for row in rows]):
        points, rank = statement.add(balance), statement.add(level_rank)
        statement.conditions.append(
            f"(product.points <= {points} OR product.id IN (SELECT low.product_id FROM product_price low"  # noqa: S608  # ours
            f" JOIN tier_level ON tier_level.code = low.level_id WHERE low.points <= {points} AND rank <= {rank}))"
        )


def _few(statement: Statement, ids: list[UUID]) -> bool:
    few = len(ids) <= FEW
    if few:
        statement.conditions.append(f"product.id = ANY({statement.add(ids)}::uuid[])")
    return few
