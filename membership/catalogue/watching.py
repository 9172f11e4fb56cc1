"""Who may afford a wish now: read off the end of the points ledger, in batches, each line once.

Points that can be spent only later are looked at when they can.
"""

from datetime import timedelta

from foundation import database, jobs
from foundation.transactions import transactional
from membership.catalogue.wishes import MemberToLookAt, ProductToLookAt

BATCH = 1_000
SETTLED_SECONDS = 60
"""Lines get their numbers before they are committed, but no transaction of ours lives as long as this: below a line of
this age no other can appear."""

# Only who has an open wish is looked at. `by_member_id`: who earned into a family's account.
EARNED = """
WITH line AS (
  SELECT id, member_id, by_member_id, amount FROM points_entry
  WHERE id > (SELECT entries_seen FROM catalogue_settings)
  ORDER BY id LIMIT $1
), settled AS (
  SELECT max(line.id) AS last FROM line JOIN points_entry entry USING (id)
  WHERE entry.created_at < now() - make_interval(secs => $2)
), earner AS (
  SELECT DISTINCT person, ceil(extract(epoch FROM lot.spendable_from - now()))::int AS seconds
  FROM settled JOIN line ON line.id <= settled.last
  LEFT JOIN points_lot lot ON lot.entry_id = line.id AND lot.spendable_from > now(),
  unnest(ARRAY[line.member_id, line.by_member_id]) AS person
  WHERE line.amount > 0 AND EXISTS (SELECT FROM wish WHERE wish.member_id = person AND told_at IS NULL)
)
SELECT settled.last, earner.person, earner.seconds FROM settled LEFT JOIN earner ON true
"""
NEXT_WISHES = """
SELECT id, member_id FROM wish WHERE product_id = $1 AND told_at IS NULL AND id > $2 ORDER BY id LIMIT $3
"""


async def look_at_earners() -> int:
    """Everybody who earned since the last time and has an open wish; how many people those are."""
    people = 0
    while (looked_at := await _look_at_batch()) is not None:
        people += looked_at
    return people


@transactional
async def look_at_wishers(product: ProductToLookAt) -> None:
    """One batch of those who wish for a product; the next one is another job."""
    rows = await database.fetch(NEXT_WISHES, product.product_id, product.after, BATCH)
    for member_id in sorted({row["member_id"] for row in rows}):
        await jobs.enqueue("catalogue.look_at_member", MemberToLookAt(member_id))
    if len(rows) == BATCH:
        await jobs.enqueue("catalogue.look_at_product", ProductToLookAt(product.product_id, rows[-1]["id"]))


@transactional
async def _look_at_batch() -> int | None:
    """How many people, or None when the end of the ledger is reached."""
    await database.execute("SELECT FROM catalogue_settings FOR UPDATE")
    rows = await database.fetch(EARNED, BATCH, SETTLED_SECONDS)
    if rows[0]["last"] is None:
        return None
    await database.execute("UPDATE catalogue_settings SET entries_seen = $1", rows[0]["last"])
    people = [(row["person"], row["seconds"]) for row in rows if row["person"] is not None]
    for member_id, seconds in people:
        delay = timedelta(seconds=seconds) if seconds else None
        await jobs.enqueue("catalogue.look_at_member", MemberToLookAt(member_id), delay=delay)
    return len(people)
