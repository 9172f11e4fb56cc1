"""What a point is worth between brand and stores: dated, and never for a month whose books are closed."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from foundation import audit, database
from foundation.transactions import transactional
from membership.finance.closing import last_closed
from membership.finance.errors import MonthClosed

MOST_SHOWN = 100
MILLI = 1000
PERCENT = 100


class Terms(msgspec.Struct, frozen=True):
    """The price of a point in thousandths of a fen, and how much of it a store pays for a point it issued."""

    valid_from: date
    point_price_milli_fen: int
    store_issue_percent: int
    made_at: datetime


@transactional
async def set_terms(by: UUID, valid_from: date, *, point_price_milli_fen: int, store_issue_percent: int) -> Terms:
    """Sets what holds from a month on; said again for the same month, the newer counts. Raises `MonthClosed`."""
    # Together with the closing: a month that is being closed right now is closed first.
    await database.execute("SELECT pg_advisory_xact_lock(hashtext('finance.closing'))")
    last = await last_closed()
    if last is not None and valid_from <= last:
        raise MonthClosed
    before = await terms_in(valid_from)
    made_at = await database.fetchval(
        "INSERT INTO finance_terms (valid_from, point_price_milli_fen, store_issue_percent, made_by_id)"
        " VALUES ($1, $2, $3, $4) RETURNING made_at",
        valid_from,
        point_price_milli_fen,
        store_issue_percent,
        by,
    )
    made = Terms(valid_from, point_price_milli_fen, store_issue_percent, made_at)
    await audit.record(
        by,
        "finance.terms_set",
        "finance_terms",
        f"{valid_from:%Y-%m}",
        before=None if before is None else msgspec.to_builtins(before),
        after=msgspec.to_builtins(made),
    )
    return made


async def terms_in(month: date) -> Terms | None:
    """What holds in a month."""
    row = await database.fetchrow(
        "SELECT valid_from, point_price_milli_fen, store_issue_percent, made_at FROM finance_terms"
        " WHERE valid_from <= $1 ORDER BY valid_from DESC, id DESC LIMIT 1",
        month,
    )
    return None if row is None else Terms(*row)


async def terms() -> list[Terms]:
    """What was ever set, the newest first; a hundred at most."""
    rows = await database.fetch(
        "SELECT valid_from, point_price_milli_fen, store_issue_percent, made_at FROM finance_terms"
        " ORDER BY valid_from DESC, id DESC LIMIT $1",
        MOST_SHOWN,
    )
    return [Terms(*row) for row in rows]


def value_fen(points: int, price_milli_fen: int, percent: int = PERCENT) -> int:
    """What points are worth, rounded towards nothing: the one place that rounds."""
    value = abs(points) * price_milli_fen * percent // (MILLI * PERCENT)
    return value if points >= 0 else -value
