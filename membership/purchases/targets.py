"""What a receipt should have given, computed from the set of its events: their order does not count."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

import msgspec

from membership import points

FEN_PER_GROWTH = 100
"""One growth value for every whole yuan that was kept."""


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a sale or a return. `amount_fen` is for the whole quantity."""

    sku: str
    name: str = ""
    quantity: int
    amount_fen: int


class Event(msgspec.Struct, frozen=True):
    kind: Literal["sale", "return"]
    lines: list[Line]


class Target(msgspec.Struct, frozen=True):
    """Points, growth value, net amount and whether anything was kept (1) or all of it came back (0)."""

    points: int = 0
    growth: int = 0
    amount_fen: int = 0
    purchases: int = 0


def target(events: Iterable[Event], numerator: int, denominator: int) -> Target:
    """What the receipt is worth at its frozen rate, `numerator/denominator` points per yuan.

    Returning more than was sold counts as returning all of it.
    """
    net = net_amount_fen(events)
    return Target(
        points=points.points_for(net, numerator, denominator),
        growth=net // FEN_PER_GROWTH,
        amount_fen=net,
        purchases=int(net > 0),
    )


def net_amount_fen(events: Iterable[Event]) -> int:
    """What was sold less what came back, article by article, in fen."""
    sold: defaultdict[str, int] = defaultdict(int)
    returned: defaultdict[str, int] = defaultdict(int)
    for event in events:
        amounts = sold if event.kind == "sale" else returned
        for line in event.lines:
            amounts[line.sku] += line.amount_fen
    return sum(max(0, amount - returned[sku]) for sku, amount in sold.items())
