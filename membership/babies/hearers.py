"""Who hears of a baby inside the transaction that changes it: features above register steps of theirs.

Whoever keeps rows about babies registers what deletes them; the module that registers must be on the front page of its
feature, so that every process that changes a baby knows it.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from membership.babies.records import BabyRecord

Changed = Callable[[BabyRecord], Awaitable[None]]
Destroyed = Callable[[UUID], Awaitable[None]]

_on_changed: list[Changed] = []
_on_destroyed: list[Destroyed] = []


def on_changed(hearer: Changed) -> Changed:
    """Registers a step that hears of a baby that was added, born or changed; the row is locked or new."""
    _on_changed.append(hearer)
    return hearer


def on_destroyed(hearer: Destroyed) -> Destroyed:
    """Registers a step that deletes what a feature keeps of a baby, whose key is destroyed in this transaction."""
    _on_destroyed.append(hearer)
    return hearer


async def tell_changed(baby: BabyRecord) -> None:
    for hearer in _on_changed:
        await hearer(baby)


async def tell_destroyed(baby_id: UUID) -> None:
    for hearer in _on_destroyed:
        await hearer(baby_id)
