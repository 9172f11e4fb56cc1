"""What a purchase earns beyond the rate of her level: double points on a day, for an article, in a store."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from membership import points
from membership.earning.registry import Way, register

Multiplier = Annotated[int, Meta(ge=1, le=1_000)]


@register
class Purchase(Way):
    """A purchase on certain days, of certain articles: the points of the level's rate, multiplied."""

    code = "purchase"
    title = "购物多倍积分"
    knows_store = True
    knows_products = True

    class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """The multiplier is an exact fraction above 1. `month_days` (1 to 31) and `weekdays` (1 Monday to 7 Sunday):
        on any of them; neither: on every day of the rule's validity."""

        numerator: Multiplier
        denominator: Multiplier = 1
        month_days: Annotated[list[Annotated[int, Meta(ge=1, le=31)]], Meta(max_length=31)] = []
        weekdays: Annotated[list[Annotated[int, Meta(ge=1, le=7)]], Meta(max_length=7)] = []

        def __post_init__(self) -> None:
            if not self.denominator < self.numerator <= 10 * self.denominator:
                raise ValueError("倍数应大于1，最多10倍")

        def on(self, day: date) -> bool:
            if not self.month_days and not self.weekdays:
                return True
            return day.day in self.month_days or day.isoweekday() in self.weekdays

    class Occurrence(msgspec.Struct, frozen=True):
        """`amounts_fen` by article: what was kept of each. `numerator`/`denominator`: points per yuan of her level."""

        day: date
        amounts_fen: dict[str, int]
        numerator: int
        denominator: int

    @classmethod
    def points(cls, parameters: Parameters, occurrence: Occurrence) -> int:
        if not parameters.on(occurrence.day):
            return 0
        return beyond_the_rate(parameters, sum(occurrence.amounts_fen.values()), occurrence)


class Rate(msgspec.Struct, frozen=True):
    """Points per yuan, as an exact fraction."""

    numerator: int
    denominator: int


def beyond_the_rate(
    multiplier: "Purchase.Parameters | Bonus", amount_fen: int, rate: "Purchase.Occurrence | Rate"
) -> int:
    """The points above those of the rate: at double points as many again. Rounded down once, where all points are."""
    return points.points_for(
        amount_fen,
        rate.numerator * (multiplier.numerator - multiplier.denominator),
        rate.denominator * multiplier.denominator,
    )


class Bonus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a rule promised a sale, frozen with its receipt when the sale is first seen.

    `skus`: the articles of the sale that it covers; None: all. `most`: what the rule's caps left for this sale; None:
    it has no caps.
    """

    rule_id: str
    code: str
    name: str
    numerator: int
    denominator: int
    valid_months: int
    skus: list[str] | None = None
    most: int | None = None

    def points(self, kept_fen: Mapping[str, int], numerator: int, denominator: int) -> int:
        """What it pays for what was kept of each article, at `numerator/denominator` points per yuan."""
        amount = sum(fen for sku, fen in kept_fen.items() if self.skus is None or sku in self.skus)
        earned = beyond_the_rate(self, amount, Rate(numerator, denominator))
        return earned if self.most is None else min(earned, self.most)
