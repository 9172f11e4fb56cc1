"""What can happen to a wallet."""

from enum import StrEnum


class Kind(StrEnum):
    """The kind of an entry; with it the business key is unique for ever."""

    TOP_UP = "top_up"
    PAYMENT = "payment"
    PAYMENT_REVERSED = "payment_reversed"
    REFUND = "refund"
    MERGE_OUT = "merge_out"
    MERGE_IN = "merge_in"
