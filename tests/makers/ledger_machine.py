"""The ledger as a state machine: a few people earn, spend, return, merge, leave a family, are adjusted; days pass.

After every step the real ledger equals a model of a few lines, and its invariants hold. The steps run on the loop of
the service, and the machine in a thread of its own.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from foundation import clock, database
from foundation.transactions import transactional
from membership import adjustments, points
from membership.points import Kind, NotEnoughPoints, invariants, jobs
from membership.staff import Role
from tests.makers import points as real
from tests.makers.staff import make_staff
from tests.membership.points.ledger_model import Model

MOTHER, FRIEND, FATHER = "mother", "friend", "father"
"""The father may earn into the mother's account; the mother may turn out to be the friend."""

# A common table expression hides the table of its name: so the invariants look at these few members alone.
THEIRS = """
WITH points_account AS (SELECT * FROM public.points_account WHERE member_id = ANY($1)),
     points_entry AS (SELECT * FROM public.points_entry WHERE member_id = ANY($1)),
     points_lot AS (SELECT * FROM public.points_lot WHERE member_id = ANY($1)),
     points_lot_use AS (SELECT * FROM public.points_lot_use WHERE entry_id IN (SELECT id FROM points_entry))
"""
BROKEN = THEIRS + " UNION ALL ".join(
    f"SELECT '{always.name}' FROM ({always.breaks}) broken"  # noqa: S608  # our own text
    for always in invariants.INVARIANTS
)

share_out = transactional(points.share_out)

who = st.sampled_from([MOTHER, MOTHER, FRIEND, FATHER])
days = st.sampled_from([None, 4, 3, 2, 1, 0])
which = st.integers(0, 5)


class LedgerMachine(RuleBasedStateMachine):
    loop: ClassVar[asyncio.AbstractEventLoop]
    administrator: ClassVar[UUID]
    steps: ClassVar[int] = 0
    """Of all stories so far."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(debts=dict.fromkeys((MOTHER, FRIEND, FATHER), 0))
        self.ids = {name: self.run(real.make_account()) for name in (MOTHER, FRIEND, FATHER)}
        self.granted: list[str] = []

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    @rule(owner=who, amount=st.integers(30, 99), days_left=days)
    def earn(self, owner: str, amount: int, days_left: int | None) -> None:
        self._grant(owner, amount, days_left)

    @rule(owner=who, amount=st.integers(30, 99), days_left=days)
    def earn_what_is_pending(self, owner: str, amount: int, days_left: int | None) -> None:
        self._grant(owner, amount, days_left, pending=True)

    @rule(amount=st.integers(30, 99), days_left=days, pending=st.booleans())
    def father_earns_for_mother(self, amount: int, days_left: int | None, pending: bool) -> None:
        self._grant(MOTHER, amount, days_left, pending=pending, by_relative=True)

    def _grant(
        self, owner: str, amount: int, days_left: int | None, *, pending: bool = False, by_relative: bool = False
    ) -> None:
        key = real.new_key()
        self.granted.append(key)
        self.run(
            real.grant(
                self.ids[owner],
                amount,
                kind=Kind.PURCHASE,
                key=key,
                expires_on=None if days_left is None else real.days_from_today(days_left),
                spendable_from=clock.now() + timedelta(days=30) if pending else None,
                source=points.Source(by_member=self.ids[FATHER] if by_relative else None),
            )
        )
        self.model.grant(owner, key, amount, days_left, pending=pending, by_relative=by_relative)

    @rule(owner=who, amount=st.integers(1, 60))
    def spend(self, owner: str, amount: int) -> None:
        key = real.new_key()
        try:
            self.run(real.spend(self.ids[owner], amount, kind=Kind.REDEMPTION, key=key))
            was_enough = True
        except NotEnoughPoints:
            was_enough = False
        assert was_enough == self.model.spend(owner, key, amount)

    @precondition(lambda self: self.model.spendings)
    @rule(which=which)
    def give_back(self, which: int) -> None:
        spending = self.model.spendings[which % len(self.model.spendings)]
        self.run(
            real.give_back(
                self.ids[spending.owner],
                kind=Kind.REDEMPTION_CANCELLED,
                key=real.new_key(),
                spent_kind=Kind.REDEMPTION,
                spent_key=spending.key,
            )
        )
        self.model.give_back(spending)

    @rule(owner=who, which=which, amount=st.integers(5, 50))
    def take_back(self, owner: str, which: int, amount: int) -> None:
        granted = self.granted[which % len(self.granted)] if self.granted else "none"
        self.run(
            real.take_back(
                self.ids[owner],
                amount,
                kind=Kind.PURCHASE_RETURN,
                key=real.new_key(),
                granted_kind=Kind.PURCHASE,
                granted_key_prefix=granted,
            )
        )
        self.model.take_back(owner, granted, amount)

    @rule(owner=who, amount=st.integers(1, 60))
    def adjust_up(self, owner: str, amount: int) -> None:
        made = self.run(adjustments.adjust(self.administrator, Role.ADMINISTRATOR, self.ids[owner], amount, "补发"))
        assert made.status == adjustments.Status.POSTED
        days_left = (points.expiry_for(clock.today()) - clock.today()).days
        self.model.grant(owner, "adjustment", amount, days_left)

    @rule(owner=who, amount=st.integers(1, 60))
    def adjust_down(self, owner: str, amount: int) -> None:
        try:
            self.run(adjustments.adjust(self.administrator, Role.ADMINISTRATOR, self.ids[owner], -amount, "更正"))
            was_enough = True
        except adjustments.AdjustmentTooLarge:
            was_enough = False
        assert was_enough == self.model.spend(owner, None, amount)

    @rule()
    def merge(self) -> None:
        self.run(real.move_all(self.ids[MOTHER], self.ids[FRIEND], real.new_key()))
        self.model.move_all(MOTHER, FRIEND)

    @rule()
    def father_leaves_the_family(self) -> None:
        father = self.ids[FATHER]
        self.run(share_out(self.ids[MOTHER], [points.Taker(father, [father], real.new_key())]))
        self.model.share_out(MOTHER, FATHER)

    @rule()
    def a_day_passes(self) -> None:
        for member_id in self.ids.values():
            self.run(real.let_a_day_pass(member_id))
        self.model.let_a_day_pass()

    @rule()
    def the_clock_expires(self) -> None:
        self.run(jobs.expire())
        for owner in self.ids:
            self.model.expire(owner)

    @invariant()
    def the_ledger_is_the_model(self) -> None:
        type(self).steps += 1
        for owner, member_id in self.ids.items():
            mine = [lot.remaining for lot in self.model.lots if lot.owner == owner]
            assert self.run(real.lots_of(member_id)) == mine
            assert self.run(real.account_of(member_id)) == (self.model.balance(owner), self.model.debts[owner])

    @invariant()
    def what_always_holds(self) -> None:
        assert self.run(database.fetch(BROKEN, list(self.ids.values()))) == []

    def teardown(self) -> None:
        for owner, member_id in self.ids.items():
            now = [lot for lot in self.model.lots if lot.owner == owner and not lot.overdue]
            summary = self.run(points.summary(member_id))
            assert summary.balance == sum(lot.remaining for lot in now if not lot.pending)
            assert summary.pending == sum(lot.remaining for lot in now if lot.pending)


async def play(examples: int, steps: int, *, shrink: bool = True) -> None:
    """As many stories of as many steps; the same ones each time. `shrink`: looks for the shortest that fails."""
    LedgerMachine.loop = asyncio.get_running_loop()
    LedgerMachine.administrator = (await make_staff(Role.ADMINISTRATOR)).id
    profile = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
    )
    await asyncio.to_thread(run_state_machine_as_test, LedgerMachine, settings=profile)
