"""Any sequence of steps: the real ledger equals the model after each, and its invariants hold at the end."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foundation import clock
from membership import points
from membership.points import Kind, NotEnoughPoints, jobs
from tests.makers import points as real
from tests.membership.points.ledger_model import Model

pytestmark = pytest.mark.usefixtures("world")

A, B = "a", "b"
who = st.sampled_from([A, A, A, B])
earned = st.integers(30, 99)
amount = st.integers(5, 50)
days = st.sampled_from([None, 4, 3, 2, 1, 0])
which = st.integers(0, 5)

grants = st.tuples(st.just("grant"), who, earned, days, st.sampled_from([False, False, True]))
spends = st.tuples(st.just("spend"), who, amount)
give_backs = st.tuples(st.just("give_back"), which)
take_backs = st.tuples(st.just("take_back"), who, which, amount)
rest = st.sampled_from([("move_all",), ("let_a_day_pass",), ("let_a_day_pass",), ("expire",)])
# Mostly earning and spending, or everything would end in debt and nothing would be spent.
steps = st.sampled_from([grants] * 5 + [spends] * 6 + [give_backs] * 3 + [take_backs, rest, rest]).flatmap(
    lambda step: step
)


class Both:
    """The real ledger and the model, side by side."""

    def __init__(self) -> None:
        self.model = Model(debts={A: 0, B: 0})
        self.ids: dict[str, UUID] = {}
        self.granted: list[str] = []

    async def begin(self) -> None:
        self.ids = {A: await real.make_account(), B: await real.make_account()}

    async def grant(self, owner: str, amount: int, days_left: int | None, pending: bool) -> None:
        key = real.new_key()
        self.granted.append(key)
        spendable_from = clock.now() + timedelta(days=30) if pending else None
        expires_on = None if days_left is None else real.days_from_today(days_left)
        await real.grant(
            self.ids[owner],
            amount,
            kind=Kind.PURCHASE,
            key=key,
            expires_on=expires_on,
            spendable_from=spendable_from,
        )
        self.model.grant(owner, key, amount, days_left, pending)

    async def spend(self, owner: str, amount: int) -> None:
        key = real.new_key()
        try:
            await real.spend(self.ids[owner], amount, kind=Kind.REDEMPTION, key=key)
            was_enough = True
        except NotEnoughPoints:
            was_enough = False
        assert was_enough == self.model.spend(owner, key, amount)

    async def give_back(self, which: int) -> None:
        if not self.model.spendings:
            return
        number = which % len(self.model.spendings)
        spent_key, parts = self.model.spendings[number]
        owner = parts[0][0].owner
        await real.give_back(
            self.ids[owner],
            kind=Kind.REDEMPTION_CANCELLED,
            key=real.new_key(),
            spent_kind=Kind.REDEMPTION,
            spent_key=spent_key,
        )
        self.model.give_back(owner, number)

    async def take_back(self, owner: str, which: int, amount: int) -> None:
        granted = self.granted[which % len(self.granted)] if self.granted else "none"
        await real.take_back(
            self.ids[owner],
            amount,
            kind=Kind.PURCHASE_RETURN,
            key=real.new_key(),
            granted_kind=Kind.PURCHASE,
            granted_key_prefix=granted,
        )
        self.model.take_back(owner, granted, amount)

    async def move_all(self) -> None:
        await real.move_all(self.ids[A], self.ids[B], real.new_key())
        self.model.move_all(A, B)

    async def let_a_day_pass(self) -> None:
        for member_id in self.ids.values():
            await real.let_a_day_pass(member_id)
        self.model.let_a_day_pass()

    async def expire(self) -> None:
        await jobs.expire()
        self.model.expire(A)
        self.model.expire(B)

    async def compare(self) -> None:
        for owner, member_id in self.ids.items():
            mine = [lot for lot in self.model.lots if lot.owner == owner]
            assert await real.lots_of(member_id) == [lot.remaining for lot in mine]
            assert await real.account_of(member_id) == (self.model.balance(owner), self.model.debts[owner])

    async def compare_summaries(self) -> None:
        for owner, member_id in self.ids.items():
            now = [lot for lot in self.model.lots if lot.owner == owner and not lot.overdue]
            summary = await points.summary(member_id)
            assert summary.balance == sum(lot.remaining for lot in now if not lot.pending)
            assert summary.pending == sum(lot.remaining for lot in now if lot.pending)


async def play(sequence: list[tuple[object, ...]]) -> None:
    both = Both()
    await both.begin()
    for name, *arguments in sequence:
        await getattr(both, str(name))(*arguments)
        await both.compare()
    await both.compare_summaries()
    assert await real.broken_invariants() == []


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(steps, min_size=12, max_size=30))
async def test_any_sequence_of_steps_equals_the_model(sequence: list[tuple[object, ...]]) -> None:
    await play(sequence)
