"""The growth ledger of one member, by day: what she has in a window of time."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from itertools import accumulate

import msgspec

from membership.tiers.levels import Condition, Metric

TODAY = "(now() AT TIME ZONE 'Asia/Shanghai')::date"

# A till whose clock is ahead: what is dated after today counts as today's. Days whose purchases were all returned go.
DAYS = f"""
SELECT coalesce(jsonb_agg(jsonb_build_array(day, growth, amount_fen, purchases)), '[]') FROM (
    SELECT least(occurred_on, {TODAY}) AS day,
           sum(growth) AS growth, sum(amount_fen) AS amount_fen, sum(purchases) AS purchases
      FROM growth_entry WHERE %s GROUP BY 1
    HAVING sum(growth) <> 0 OR sum(amount_fen) <> 0 OR sum(purchases) <> 0
) figures
"""  # noqa: S608  # only our own constants are filled in


class Day(msgspec.Struct, frozen=True, array_like=True):
    """The figures of one business day, returns already taken off."""

    day: date
    growth: int
    amount_fen: int
    purchases: int


class Ledger:
    """Days in their order, with running sums, so that a window costs two searches."""

    def __init__(self, days: Iterable[Day]) -> None:
        ordered = sorted(days, key=lambda figures: figures.day)
        self.days = [figures.day for figures in ordered]
        self._sums: dict[Metric, list[int]] = {
            "growth": list(accumulate((figures.growth for figures in ordered), initial=0)),
            "amount_fen": list(accumulate((figures.amount_fen for figures in ordered), initial=0)),
            "purchases": list(accumulate((figures.purchases for figures in ordered), initial=0)),
        }

    def have(self, condition: Condition, day: date) -> int:
        """How much of the condition's metric lies in its window that ends on `day`."""
        sums = self._sums[condition.metric]
        return sums[bisect_right(self.days, day)] - sums[bisect_left(self.days, condition.begins(day))]


def read_days(encoded: str) -> Ledger:
    """The ledger from what `DAYS` selects."""
    return Ledger(msgspec.json.decode(encoded, type=list[Day]))
