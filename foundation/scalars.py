"""Several values in one statement: a screen that shows something of many features costs one round trip, and not one for
each of them.

A feature offers a scalar subquery as text and reads what came of it; only the screen knows which of them it needs.
"""

from typing import Any

from foundation import database


async def scalars(*selects: str, arguments: tuple[object, ...]) -> tuple[Any, ...]:
    """Their values in this order. Each is a SELECT of one column and at most one row, with `$1` … for the arguments,
    which all of them share."""
    row = await database.fetchrow(f"SELECT {', '.join(f'({select})' for select in selects)}", *arguments)
    assert row is not None, "a SELECT without a table has one row"
    return tuple(row)
