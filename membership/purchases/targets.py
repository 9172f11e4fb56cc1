"""What a receipt should have given, computed from the set of its events: their order does not count."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from membership import earning, points

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
    """Points, growth value, net amount and whether anything was kept (1) or all of it came back (0).

    `bonuses`: what the promises of rules are worth, by the rule's code, where they are worth something; `points` holds
    them too.
    """

    points: int = 0
    growth: int = 0
    amount_fen: int = 0
    purchases: int = 0
    bonuses: dict[str, int] = {}


def target(events: Iterable[Event], numerator: int, denominator: int, bonuses: Sequence[earning.Bonus] = ()) -> Target:
    """What the receipt is worth at its frozen rate, `numerator/denominator` points per yuan, and with frozen promises.

    Returning more than was sold counts as returning all of it.
    """
    kept = kept_fen(events)
    net = sum(kept.values())
    promised = {bonus.code: bonus.points(kept, numerator, denominator) for bonus in bonuses}
    return Target(
        points=points.points_for(net, numerator, denominator) + sum(promised.values()),
        growth=net // FEN_PER_GROWTH,
        amount_fen=net,
        purchases=int(net > 0),
        bonuses={code: amount for code, amount in promised.items() if amount},
    )


def kept_fen(events: Iterable[Event]) -> Mapping[str, int]:
    """What was sold less what came back, article by article, in fen."""
    sold: defaultdict[str, int] = defaultdict(int)
    returned: defaultdict[str, int] = defaultdict(int)
    for event in events:
        amounts = sold if event.kind == "sale" else returned
        for line in event.lines:
            amounts[line.sku] += line.amount_fen
    return {sku: max(0, amount - returned[sku]) for sku, amount in sold.items()}
