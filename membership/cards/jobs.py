"""By the clock: forgetting codes that no sale can bring any more."""

from foundation import database, jobs

KEEP_DAYS = 401
"""A till that was offline may post a sale that is 400 days old; until then its code must be known as used."""


BATCH = 5_000


@jobs.by_the_clock("cards.forget_uses", "41 18 * * *")
async def forget_old_uses() -> int:
    """Deletes uses older than any sale that is still accepted, in short statements; the number of them."""
    total = 0
    while deleted := await database.execute(
        "DELETE FROM card_code_use WHERE id IN"
        " (SELECT id FROM card_code_use WHERE used_at < now() - make_interval(days => $1) LIMIT $2)",
        KEEP_DAYS,
        BATCH,
    ):
        total += deleted
    return total
