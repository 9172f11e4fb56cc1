"""What moved, summed from the ledger: the one statement behind live figures, closed months and their proof."""

from enum import StrEnum

from membership.points import FLOWS, Flow, Kind

MONTH_OF_ENTRY = "date_trunc('month', entry.created_at AT TIME ZONE 'Asia/Shanghai')::date"

# What expired is told apart by who had issued it, lot by lot; the parts of an entry of expiry are its whole amount.
MOVEMENTS = f"""
SELECT {MONTH_OF_ENTRY} AS month, entry.kind, entry.store_id, coalesce(entry.rule, entry.kind) AS rule,
       count(*) AS entries, sum(entry.amount)::bigint AS points
  FROM points_entry entry
 WHERE entry.created_at >= {{since}} AND entry.created_at < {{until}} AND entry.kind <> '{Kind.EXPIRY}'
 GROUP BY 1, 2, 3, 4
UNION ALL
SELECT {MONTH_OF_ENTRY}, entry.kind, issued.store_id, coalesce(issued.rule, issued.kind),
       count(*), -sum(used.amount)::bigint
  FROM points_entry entry JOIN points_lot_use used ON used.entry_id = entry.id
  JOIN points_lot lot ON lot.id = used.lot_id JOIN points_entry issued ON issued.id = lot.entry_id
 WHERE entry.created_at >= {{since}} AND entry.created_at < {{until}} AND entry.kind = '{Kind.EXPIRY}'
 GROUP BY 1, 2, 3, 4
"""  # noqa: S608  # our own constants


def movements(since: str, until: str) -> str:
    """(month, kind, store_id, rule, entries, points) between two instants, given as SQL."""
    return MOVEMENTS.format(since=since, until=until)


class Column(StrEnum):
    """What a report tells apart; signs as in the ledger."""

    ISSUED = "issued"
    ADJUSTED = "adjusted"
    REDEEMED = "redeemed"
    GIVEN_BACK = "given_back"
    TAKEN_BACK = "taken_back"
    EXPIRED = "expired"
    MOVED = "moved"


COLUMN_OF_FLOW = {
    Flow.EARNED: Column.ISSUED,
    Flow.SPENT: Column.REDEEMED,
    Flow.RETURNED: Column.GIVEN_BACK,
    Flow.TAKEN_BACK: Column.TAKEN_BACK,
    Flow.EXPIRED: Column.EXPIRED,
    Flow.MOVED: Column.MOVED,
}
ADJUSTMENTS = (Kind.ADJUSTMENT_UP, Kind.ADJUSTMENT_DOWN)


def column_of(kind: Kind) -> Column:
    """Where a kind is counted: as the members' statement counts it, but what staff did by hand apart."""
    return Column.ADJUSTED if kind in ADJUSTMENTS else COLUMN_OF_FLOW[FLOWS[kind]]


def kinds_in(column: Column) -> list[Kind]:
    return [kind for kind in Kind if column_of(kind) is column]


SUMS = ",\n       ".join(
    "coalesce(sum(points) FILTER (WHERE kind IN ({})), 0)::bigint AS {}".format(
        ", ".join(f"'{kind}'" for kind in kinds_in(column)), column
    )
    for column in Column
)
"""One expression per column over rows of movements."""
