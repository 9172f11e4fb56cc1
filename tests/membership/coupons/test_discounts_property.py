"""What coupons take off, for any coupons and any lines: exact, between nothing and the price, in whatever order."""

from collections import Counter
from fractions import Fraction
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from membership.coupons.discounts import Line, Outcome, Rule, best, combine, discounts, fits

SKUS = ["A", "B", "C", "D"]
GROUPS = ["milk", "store", "brand", "new"]

lines_of_a_receipt = st.lists(
    st.builds(Line, st.sampled_from(SKUS), st.integers(1, 5), st.integers(0, 40_000)), min_size=1, max_size=8
)
forbidden = st.frozensets(st.sampled_from(SKUS), max_size=2)


@st.composite
def rules(draw: st.DrawFn, *, stacking_group: str | None = None) -> Rule:
    kind = draw(st.sampled_from(["amount", "percent", "gift"]))
    scope = draw(st.sampled_from(["all", "only", "except"]))
    return Rule(
        id=UUID(int=draw(st.integers(0, 2**128 - 1))),
        kind=kind,
        amount_fen=draw(st.integers(1, 30_000)) if kind == "amount" else None,
        percent_off=draw(st.integers(1, 100)) if kind == "percent" else None,
        cap_fen=draw(st.integers(1, 30_000)) if kind == "percent" else None,
        threshold_fen=draw(st.integers(0, 20_000)),
        scope=scope,
        skus=frozenset() if scope == "all" else draw(st.frozensets(st.sampled_from(SKUS), min_size=1)),
        stacking_group=stacking_group,
    )


@st.composite
def combinations(draw: st.DrawFn) -> list[Rule]:
    groups = draw(st.lists(st.sampled_from(GROUPS), unique=True, min_size=1))
    chosen = [draw(rules(stacking_group=group)) for group in groups]
    assert combine(chosen)
    return list({rule.id: rule for rule in chosen}.values())


any_rule = st.sampled_from([None, *GROUPS]).flatmap(lambda group: rules(stacking_group=group))


def parts(outcome: Outcome) -> Counter[object]:
    return Counter(outcome.lines)


@settings(max_examples=400, deadline=None)
@given(rule=rules(), lines=lines_of_a_receipt, unpromoted=forbidden)
def test_one_coupon_takes_exactly_what_it_says(rule: Rule, lines: list[Line], unpromoted: frozenset[str]) -> None:
    """Reckoned once more, with fractions and by hand."""
    covered = [
        line
        for line in lines
        if line.sku not in unpromoted
        and {"all": True, "only": line.sku in rule.skus, "except": line.sku not in rule.skus}[rule.scope]
    ]
    total = sum(line.amount_fen for line in covered)
    assert fits(rule, lines, unpromoted) == (total > 0 and total >= rule.threshold_fen)
    worth = {
        "amount": rule.amount_fen or 0,
        "percent": min(int(Fraction(total * (rule.percent_off or 0), 100)), rule.cap_fen or 0),
        "gift": 0,
    }[rule.kind]
    outcome = discounts([rule], lines, unpromoted)
    assert outcome.coupons == [min(worth, total)]
    for line, discounted in zip(lines, outcome.lines, strict=True):
        if line not in covered:
            assert discounted.discount_fen == 0
        elif total:  # every line bears its share, to less than a fen
            share = Fraction(outcome.discount_fen * line.amount_fen, total)
            assert abs(discounted.discount_fen - share) < 1


@settings(max_examples=400, deadline=None)
@given(chosen=combinations(), lines=lines_of_a_receipt, unpromoted=forbidden)
def test_a_combination_never_undercuts_nothing(
    chosen: list[Rule], lines: list[Line], unpromoted: frozenset[str]
) -> None:
    outcome = discounts(chosen, lines, unpromoted)
    assert all(0 <= line.discount_fen <= line.amount_fen for line in outcome.lines)
    assert all(line.discount_fen == 0 for line in outcome.lines if line.sku in unpromoted)
    assert sum(line.discount_fen for line in outcome.lines) == outcome.discount_fen
    for rule, fen in zip(chosen, outcome.coupons, strict=True):
        assert 0 <= fen <= discounts([rule], lines, unpromoted).discount_fen


@settings(max_examples=400, deadline=None)
@given(chosen=combinations(), lines=lines_of_a_receipt, unpromoted=forbidden, data=st.data())
def test_the_order_does_not_count(
    chosen: list[Rule], lines: list[Line], unpromoted: frozenset[str], data: st.DataObject
) -> None:
    outcome = discounts(chosen, lines, unpromoted)
    shuffled, turned = data.draw(st.permutations(chosen)), data.draw(st.permutations(lines))
    other = discounts(shuffled, turned, unpromoted)
    assert parts(other) == parts(outcome)
    assert dict(zip((rule.id for rule in shuffled), other.coupons, strict=True)) == dict(
        zip((rule.id for rule in chosen), outcome.coupons, strict=True)
    )


@settings(max_examples=200, deadline=None)
@given(
    candidates=st.lists(
        st.sampled_from([None, *GROUPS]).flatmap(lambda group: rules(stacking_group=group)), max_size=6
    ),
    lines=lines_of_a_receipt,
)
def test_the_advice_can_be_followed_and_beats_every_coupon_alone(candidates: list[Rule], lines: list[Line]) -> None:
    fitting = [rule for rule in {rule.id: rule for rule in candidates}.values() if fits(rule, lines, frozenset())]
    advised = best(fitting, lines, frozenset())
    assert not advised or combine(advised)
    fen = discounts(advised, lines, frozenset()).discount_fen
    assert all(discounts([rule], lines, frozenset()).discount_fen <= fen for rule in fitting)


def test_rounding_is_down_and_what_is_left_over_goes_to_the_greatest_fractions() -> None:
    lines = [Line("A", 1, 1), Line("B", 1, 1), Line("C", 1, 1)]
    tenth = Rule(id=UUID(int=1), kind="percent", percent_off=99, cap_fen=100)
    outcome = discounts([tenth], lines, frozenset())
    assert (outcome.discount_fen, [line.discount_fen for line in outcome.lines]) == (2, [1, 1, 0])


def test_one_alone_or_each_of_a_group_of_its_own() -> None:
    def of(group: str | None) -> Rule:
        return Rule(id=UUID(int=1), kind="gift", stacking_group=group)

    assert combine([of(None)])
    assert combine([of("a"), of("b")])
    assert not combine([of("a"), of("a")])
    assert not combine([of("a"), of(None)])
    assert not combine([of(None), of(None)])
