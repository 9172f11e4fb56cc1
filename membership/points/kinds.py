"""What a line of the ledger can be."""

from enum import StrEnum


class Kind(StrEnum):
    """Why points moved. Together with its key an entry exists once for ever."""

    PURCHASE = "purchase"
    PURCHASE_RETURN = "purchase_return"
    WELCOME_GIFT = "welcome_gift"
    PROFILE_GIFT = "profile_gift"
    REDEMPTION = "redemption"
    REDEMPTION_CANCELLED = "redemption_cancelled"
    ORDER_RETURNED = "order_returned"
    EARNED = "earned"
    """Whatever a rule of `earning` pays; the entry's note is the rule's name."""
    ADJUSTMENT_UP = "adjustment_up"
    ADJUSTMENT_DOWN = "adjustment_down"
    FAMILY_OUT = "family_out"
    FAMILY_IN = "family_in"
    EXPIRY = "expiry"
    MERGE_OUT = "merge_out"
    MERGE_IN = "merge_in"
