"""How a sum is taken from principal and gift: exact, in proportion, and the same in parts as at once."""

from hypothesis import given
from hypothesis import strategies as st

from membership.wallets.money import NOTHING, Money, returned_by, share_of, yuan

FEN = st.integers(0, 10**9)


@given(FEN, FEN, st.data())
def test_a_part_is_there_and_in_proportion(principal: int, gift: int, data: st.DataObject) -> None:
    whole = Money(principal, gift)
    amount = data.draw(st.integers(0, whole.total_fen))
    part = share_of(whole, amount)
    left = whole - part
    assert part.total_fen == amount
    assert min(part.principal_fen, part.gift_fen, left.principal_fen, left.gift_fen) >= 0
    if whole.total_fen:
        assert 0 <= amount * gift - part.gift_fen * whole.total_fen < whole.total_fen


@given(FEN, FEN, st.lists(st.integers(1, 10**9), max_size=8))
def test_parts_that_come_back_are_never_negative_and_make_the_whole(
    principal: int, gift: int, amounts: list[int]
) -> None:
    paid, returned = Money(principal, gift), NOTHING
    for amount in (*amounts, paid.total_fen):  # the last one takes what is left
        part = returned_by(paid, returned, min(amount, paid.total_fen - returned.total_fen))
        assert min(part.principal_fen, part.gift_fen) >= 0
        returned += part
    assert returned == paid


def test_examples() -> None:
    assert share_of(Money(50_000, 5_000), 11_000) == Money(10_000, 1_000)
    assert share_of(Money(1, 1), 1) == Money(1, 0), "the odd fen is principal"
    assert share_of(Money(0, 7), 3) == Money(0, 3)
    assert share_of(NOTHING, 0) == NOTHING
    assert [yuan(0), yuan(5), yuan(123_456)] == ["0.00", "0.05", "1,234.56"]
