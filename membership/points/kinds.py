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
    EXPIRY = "expiry"
    MERGE_OUT = "merge_out"
    MERGE_IN = "merge_in"
