"""Principal and gift, and how a sum is taken from both. Pure."""

import msgspec

FEN_PER_YUAN = 100


class Money(msgspec.Struct, frozen=True):
    """A sum in fen, with what is principal and what is gift of it kept apart."""

    principal_fen: int
    gift_fen: int

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.gift_fen

    def __add__(self, other: "Money") -> "Money":
        return Money(self.principal_fen + other.principal_fen, self.gift_fen + other.gift_fen)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.principal_fen - other.principal_fen, self.gift_fen - other.gift_fen)


NOTHING = Money(0, 0)


def share_of(whole: Money, amount_fen: int) -> Money:
    """`amount_fen` of a sum, principal and gift in the proportion in which they are in it; the odd fen is principal.

    In proportion, because then what is left is refundable as if the gift had been a rebate: gift first would let her
    spend what was given and take all she paid back home, principal first would leave her with what is not refundable.
    """
    assert 0 <= amount_fen <= whole.total_fen, "a part is not more than the whole"
    if whole.total_fen == 0:
        return NOTHING
    gift_fen = amount_fen * whole.gift_fen // whole.total_fen
    return Money(amount_fen - gift_fen, gift_fen)


def returned_by(paid: Money, returned: Money, amount_fen: int) -> Money:
    """What goes back when `amount_fen` more of a payment is given back: all the parts together are the whole."""
    return share_of(paid, returned.total_fen + amount_fen) - returned


def yuan(fen: int) -> str:
    """As it is written behind ¥."""
    whole, rest = divmod(fen, FEN_PER_YUAN)
    return f"{whole:,}.{rest:02}"
