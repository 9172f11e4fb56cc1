"""Who hears of a baby inside the transaction that changes it: features above register steps of theirs.

Whoever keeps rows about babies registers what deletes them; the module that registers must be on the front page of its
feature, so that every process that changes a baby knows it.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal
from uuid import UUID

from membership.babies.records import BabyRecord

Changed = Callable[[BabyRecord], Awaitable[None]]
PutAway = Callable[[Sequence[UUID]], Awaitable[None]]
Destroyed = Callable[[UUID], Awaitable[None]]
Destruction = Literal["put_away", "erased", "never_born", "pregnancy", "gestation"]
"""What was destroyed: a profile a week after it was put away, or with its mother's account, or a year after the due
date of a birth that was never told; or of a child, a year after the birth, what was known of the pregnancy, and at its
fifth birthday how early it came."""
Recorder = Callable[[UUID, Destruction], Awaitable[None]]

_schedules: list[Callable[[], str]] = []
_on_changed: list[Changed] = []
_on_put_away: list[PutAway] = []
_on_destroyed: list[Destroyed] = []
_recorders: list[Recorder] = []


def names_schedule(names: Callable[[], str]) -> Callable[[], str]:
    """Registers what names the vaccination schedule in force: a child's details keep it from the day on which its birth
    is told, because a plan made by it stays valid under later ones."""
    _schedules.append(names)
    return names


def schedule_in_force() -> str | None:
    return next((names() for names in _schedules), None)


def on_changed(hearer: Changed) -> Changed:
    """Registers a step that hears of a baby that was added, born or changed; the row is locked or new."""
    _on_changed.append(hearer)
    return hearer


def on_put_away(hearer: PutAway) -> PutAway:
    """Registers a step that takes back what was said about babies: they are put away in this transaction, and nothing
    must remind her of them tomorrow."""
    _on_put_away.append(hearer)
    return hearer


def on_destroyed(hearer: Destroyed) -> Destroyed:
    """Registers a step that deletes what a feature keeps of a baby, whose key is destroyed in this transaction."""
    _on_destroyed.append(hearer)
    return hearer


def records_destructions(recorder: Recorder) -> Recorder:
    """Registers a step that writes down that something of a baby is destroyed in this transaction, and why."""
    _recorders.append(recorder)
    return recorder


async def tell_changed(baby: BabyRecord) -> None:
    for hearer in _on_changed:
        await hearer(baby)


async def tell_put_away(babies: Sequence[UUID]) -> None:
    for hearer in _on_put_away:
        await hearer(babies)


async def tell_destroyed(baby_id: UUID) -> None:
    for hearer in _on_destroyed:
        await hearer(baby_id)


async def tell_recorders(baby_id: UUID, destruction: Destruction) -> None:
    for recorder in _recorders:
        await recorder(baby_id, destruction)
