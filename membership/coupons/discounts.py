"""What coupons take off the lines of a receipt: exact, in fen, and never below a price of nothing.

Thresholds and percentages look at the prices before any discount, so what a coupon is worth does not depend on the
others; only what is left of the price limits it. The order in which coupons and lines are named does not count.
"""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

Kind = Literal["amount", "percent", "gift"]
Scope = Literal["all", "only", "except"]


class Line(msgspec.Struct, frozen=True):
    """One line of a receipt; `amount_fen` is for the whole quantity, before coupons."""

    sku: str
    quantity: int
    amount_fen: int


class DiscountedLine(msgspec.Struct, frozen=True):
    """A line and what all coupons together take off it."""

    sku: str
    quantity: int
    amount_fen: int
    discount_fen: int


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What one coupon promises. Without a `stacking_group` it goes together with no other."""

    id: UUID
    kind: Kind
    amount_fen: int | None = None
    percent_off: int | None = None
    cap_fen: int | None = None
    threshold_fen: int = 0
    scope: Scope = "all"
    skus: frozenset[str] = frozenset()
    stacking_group: str | None = None


class Outcome(msgspec.Struct, frozen=True):
    """What each line and each coupon comes to, in the order they were given."""

    lines: list[DiscountedLine]
    coupons: list[int]

    @property
    def discount_fen(self) -> int:
        return sum(self.coupons)


def portion(amount_fen: int, numerator: int, denominator: int) -> int:
    """`numerator/denominator` of an amount, rounded down. The one place that rounds."""
    return amount_fen * numerator // denominator


def combine(rules: Sequence[Rule]) -> bool:
    """Whether these coupons go together: one alone, or each with a group of its own."""
    groups = [rule.stacking_group for rule in rules]
    return len(groups) == 1 or (None not in groups and len(set(groups)) == len(groups))


def fits(rule: Rule, lines: Sequence[Line], unpromoted: frozenset[str]) -> bool:
    """Whether the lines that a coupon is good for are there and reach its threshold."""
    total = sum(line.amount_fen for line in lines if _covers(rule, line, unpromoted))
    return total > 0 and total >= rule.threshold_fen


def discounts(rules: Sequence[Rule], lines: Sequence[Line], unpromoted: frozenset[str]) -> Outcome:
    """What coupons that fit and go together take off; nothing ever off an article that may not be promoted."""
    left = [line.amount_fen for line in lines]
    taken = [0] * len(rules)
    # In an order of their own, so that the order in which a till names them changes nothing.
    for at in sorted(range(len(rules)), key=lambda at: rules[at].id):
        places = [place for place, line in enumerate(lines) if _covers(rules[at], line, unpromoted)]
        wanted = _worth(rules[at], sum(lines[place].amount_fen for place in places))
        taken[at] = min(wanted, sum(left[place] for place in places))
        for place, part in _spread(taken[at], places, left, lines):
            left[place] -= part
    return Outcome(
        [
            DiscountedLine(line.sku, line.quantity, line.amount_fen, line.amount_fen - rest)
            for line, rest in zip(lines, left, strict=True)
        ],
        taken,
    )


def best(rules: Sequence[Rule], lines: Sequence[Line], unpromoted: frozenset[str]) -> list[Rule]:
    """A good choice among coupons that fit: the best of every group together, or one that goes with no other."""
    alone = {rule.id: discounts([rule], lines, unpromoted).discount_fen for rule in rules}
    ranked = sorted(rules, key=lambda rule: (-alone[rule.id], rule.id))
    together: dict[str, Rule] = {}
    for rule in ranked:
        if rule.stacking_group is not None:
            together.setdefault(rule.stacking_group, rule)
    choices = [[rule] for rule in ranked[:1]] + ([list(together.values())] if together else [])
    chosen = max(choices, key=lambda each: discounts(each, lines, unpromoted).discount_fen, default=[])
    outcome = discounts(chosen, lines, unpromoted)
    # One for which nothing was left of the price is kept for another day.
    return [rule for rule, fen in zip(chosen, outcome.coupons, strict=True) if fen or rule.kind == "gift"]


def _covers(rule: Rule, line: Line, unpromoted: frozenset[str]) -> bool:
    if line.sku in unpromoted:
        return False
    match rule.scope:
        case "all":
            return True
        case "only":
            return line.sku in rule.skus
        case "except":
            return line.sku not in rule.skus


def _worth(rule: Rule, total_fen: int) -> int:
    """What it takes off articles of this price together, before anything limits it."""
    match rule.kind:
        case "amount":
            assert rule.amount_fen is not None, "a CHECK says so"
            return rule.amount_fen
        case "percent":
            assert rule.percent_off is not None, "a CHECK says so"
            assert rule.cap_fen is not None, "a CHECK says so"
            return min(portion(total_fen, rule.percent_off, 100), rule.cap_fen)
        case "gift":
            return 0


def _spread(
    discount_fen: int, places: Sequence[int], left: Sequence[int], lines: Sequence[Line]
) -> list[tuple[int, int]]:
    """Spreads a discount over lines by what is left of their prices, to the fen: (place, part).

    No part exceeds what is left there: whoever gets one of the fen that rounding left over had a fraction of one due.
    """
    total = sum(left[place] for place in places)
    if discount_fen == 0:
        return []
    parts = {place: portion(discount_fen, left[place], total) for place in places}
    over = discount_fen - sum(parts.values())
    # The greatest fractions first; of equal ones by what the line is, not by where it stands.
    ranked = sorted(places, key=lambda at: (-(discount_fen * left[at] % total), left[at], _name(lines[at])))
    for place in ranked[:over]:
        parts[place] += 1
    return list(parts.items())


def _name(line: Line) -> tuple[str, int, int]:
    return line.sku, line.amount_fen, line.quantity
