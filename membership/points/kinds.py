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
    FORFEITURE = "forfeiture"
    """What was left when she had her account deleted, as she was told before."""
    MERGE_OUT = "merge_out"
    MERGE_IN = "merge_in"


class Flow(StrEnum):
    """What a month's sums tell apart. `returned` is what came back of spendings, `moved` what changed accounts."""

    EARNED = "earned"
    RETURNED = "returned"
    SPENT = "spent"
    EXPIRED = "expired"
    TAKEN_BACK = "taken_back"
    MOVED = "moved"


FLOWS: dict[Kind, Flow] = {
    Kind.PURCHASE: Flow.EARNED,
    Kind.PURCHASE_RETURN: Flow.TAKEN_BACK,
    Kind.WELCOME_GIFT: Flow.EARNED,
    Kind.PROFILE_GIFT: Flow.EARNED,
    Kind.REDEMPTION: Flow.SPENT,
    Kind.REDEMPTION_CANCELLED: Flow.RETURNED,
    Kind.ORDER_RETURNED: Flow.RETURNED,
    Kind.EARNED: Flow.EARNED,
    Kind.ADJUSTMENT_UP: Flow.EARNED,
    Kind.ADJUSTMENT_DOWN: Flow.TAKEN_BACK,
    Kind.FAMILY_OUT: Flow.MOVED,
    Kind.FAMILY_IN: Flow.MOVED,
    Kind.EXPIRY: Flow.EXPIRED,
    Kind.FORFEITURE: Flow.EXPIRED,
    Kind.MERGE_OUT: Flow.MOVED,
    Kind.MERGE_IN: Flow.MOVED,
}


def kinds_of(flow: Flow) -> list[Kind]:
    return [kind for kind, its in FLOWS.items() if its is flow]
