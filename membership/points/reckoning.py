"""How many points an amount gives, and until when they hold: each rule in this one place."""

from datetime import date

from foundation.clock import add_months, end_of_month

VALIDITY_MONTHS = 12
FEN_PER_YUAN = 100


def points_for(amount_fen: int, numerator: int, denominator: int) -> int:
    """Points for `amount_fen` at `numerator/denominator` points per yuan, rounded down. The one place that rounds."""
    assert amount_fen >= 0, "what was given is taken back as given, never reckoned from a negative amount"
    return amount_fen * numerator // (FEN_PER_YUAN * denominator)


def expiry_for(earned_on: date, valid_months: int = VALIDITY_MONTHS) -> date:
    """The last day on which points earned on a business day can be spent: the end of the month after their validity.

    Month ends keep the dates few, so that a member can remember them.
    """
    return end_of_month(add_months(earned_on, valid_months))
