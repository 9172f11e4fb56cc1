"""For jobs: whose cans run out by a day. Nothing is kept; what she withdrew is felt by the next batch."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from foundation import clock
from foundation.secrets import vault
from membership import babies
from membership.milk import facts
from membership.milk.facts import Drinkers
from membership.milk.lasting import RunsOut
from membership.milk.products import FormulaProduct
from membership.milk.reckoning import LabelRange, label_range, reckon

FIRST = UUID(int=0)
PURPOSE: Literal["store_reminders"] = "store_reminders"


class RunningOut(msgspec.Struct, frozen=True, kw_only=True):
    """One product that runs out for one mother. Never logged.

    `mark`: the same until something is bought or she says what she has, so that a message can be sent once; it is a
    keyed hash and may be kept."""

    member_id: UUID
    baby_ids: list[UUID]
    product: FormulaProduct
    runs_out: RunsOut
    label: LabelRange
    """Of the youngest."""
    mark: bytes

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return "RunningOut(…)"


class Batch(msgspec.Struct, frozen=True):
    """What runs out among some babies. `last`: whom the next batch comes after; None when this was the last."""

    found: list[RunningOut]
    last: UUID | None


async def running_out(on: date, after: UUID = FIRST, limit: int = 1000) -> Batch:
    """The next babies by id whose mothers allow the service, which estimates, and store reminders, which tell of it:
    what is expected to run out from today to a day.

    Each product of a mother is in one batch once. Left out is what the law refuses to promote, for a reminder of a shop
    is promotion. Three statements at most.
    """
    opened = await babies.open_batch(PURPOSE, after, limit)
    last = opened[-1].id if len(opened) == limit else None
    mothers = {baby.member_id for baby in opened if facts.drinks_formula(baby.details)}
    if not mothers:
        return Batch([], last)
    # A twin may lie in another batch; whoever has the smaller id speaks for both.
    household = await babies.open_theirs(PURPOSE, mothers)
    here = {baby.id for baby in opened}
    found = [each for each in await facts.read(household) if min(baby.id for baby in each.babies) in here]
    return Batch(list(_ending(found, on)), last)


def _ending(found: Iterable[Drinkers], on: date) -> Iterator[RunningOut]:
    today = clock.today()
    for drinkers in found:
        ends = None if drinkers.product.promotion_refused else reckon(drinkers, today).runs_out
        if ends is None or not today <= ends.expected <= on:
            continue
        youngest = max(drinkers.babies, key=lambda baby: baby.details.birth_date or date.min)
        yield RunningOut(
            member_id=youngest.member_id,
            baby_ids=[baby.id for baby in drinkers.babies],
            product=drinkers.product,
            runs_out=ends,
            label=label_range(youngest.details, drinkers.product, today),
            mark=_mark(drinkers),
        )


def _mark(drinkers: Drinkers) -> bytes:
    news = [when.isoformat() for when, _ in drinkers.bought[-1:]]
    if drinkers.stock is not None:
        news.append(drinkers.stock.said_at.isoformat())
    return vault().index("milk", ":".join([str(drinkers.babies[0].member_id), str(drinkers.product.id), *news]))
