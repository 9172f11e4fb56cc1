"""Reads: what is owed to members, by the day on which it expires; pending apart."""

from datetime import date

import msgspec

from foundation import database
from membership.finance.closing import last_closed
from membership.finance.errors import MonthNotClosed
from membership.finance.months import this_month
from membership.finance.terms import terms_in, value_fen

NOW = """
SELECT expires_on, spendable_from > now() AS pending, sum(remaining)::bigint AS points
  FROM points_lot WHERE remaining > 0 GROUP BY 1, 2 ORDER BY 1 NULLS LAST, 2
"""


class ExpiringPoints(msgspec.Struct, frozen=True):
    """Outstanding points with one last day (None: they do not expire); `pending` ones can't be spent yet."""

    expires_on: date | None
    pending: bool
    points: int


class Liability(msgspec.Struct, frozen=True, kw_only=True):
    """What members hold, now (`month` None) or when a closed month ended. `debt` is what members owe.

    `net` = `spendable` + `pending` − `debt`. `value_fen`: what is outstanding at the month's price; None without one.
    """

    month: date | None
    spendable: int
    pending: int
    debt: int
    net: int
    value_fen: int | None
    by_expiry: list[ExpiringPoints]


async def liability(month: date | None = None) -> Liability:
    """Raises `MonthNotClosed`."""
    if month is None:
        rows = await database.fetch(NOW)
        debt = await database.fetchval("SELECT coalesce(sum(debt), 0)::bigint FROM points_account WHERE debt > 0")
    else:
        last = await last_closed()
        net = await database.fetchval("SELECT net FROM finance_close WHERE month = $1", month)
        if last is None or net is None:
            raise MonthNotClosed
        rows = await database.fetch(
            "SELECT expires_on, pending, points FROM finance_expiry WHERE month = $1 ORDER BY 1 NULLS LAST, 2", month
        )
        debt = sum(row["points"] for row in rows) - net
    pending = sum(row["points"] for row in rows if row["pending"])
    outstanding = sum(row["points"] for row in rows)
    terms = await terms_in(month or this_month())
    return Liability(
        month=month,
        spendable=outstanding - pending,
        pending=pending,
        debt=debt,
        net=outstanding - debt,
        value_fen=None if terms is None else value_fen(outstanding, terms.point_price_milli_fen),
        by_expiry=[ExpiringPoints(row["expires_on"], row["pending"], row["points"]) for row in rows],
    )
