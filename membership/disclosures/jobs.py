"""By the clock: the sentences of old requests are emptied; who saw what, and for which purpose, stays."""

from datetime import timedelta

from foundation import database, jobs

KEEP_REASONS = timedelta(days=1095)
BATCH = 2_000

EMPTY = """
UPDATE disclosure SET reason_sealed = NULL WHERE id = ANY(ARRAY(
  SELECT id FROM disclosure WHERE reason_sealed IS NOT NULL AND asked_at < now() - $1::interval LIMIT $2))
"""


@jobs.by_the_clock("disclosures.forget_reasons", "17 19 * * *")
async def forget_reasons() -> int:
    """Empties the sentences of requests that are three years old; how many."""
    total = 0
    while emptied := await database.execute(EMPTY, KEEP_REASONS, BATCH):
        total += emptied
    return total
