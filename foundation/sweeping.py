"""Sweeping: deleting what is old in short statements, however much of it there is.

One statement for all of it would grow with the business until it runs out of its time, and from then on never end.
"""

from foundation import database

BATCH = 5_000


async def sweep(table: str, old: str, *arguments: object) -> int:
    """Deletes the rows of a table for which the condition `old` holds; the number of them."""
    statement = f"DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE {old} LIMIT {BATCH}))"  # noqa: S608  # ours
    total = 0
    while deleted := await database.execute(statement, *arguments):
        total += deleted
    return total
