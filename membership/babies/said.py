"""What stones of babies say: that one was put away or brought back, and what a person of the family may see of one."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec

from foundation import stones
from foundation.transactions import within_transaction

SEEN = "babies.seen"
SHARED = "babies.shared"


class Seen(msgspec.Struct, frozen=True):
    """Whether it is there, since then. Nothing says why."""

    baby_id: UUID
    there: bool


class Shared(msgspec.Struct, frozen=True):
    """As what a person of the family sees it, since then; None: not at all."""

    baby_id: UUID
    person_id: UUID
    role: Literal["guardian", "relative"] | None


@within_transaction
async def seen(babies: Sequence[UUID], *, there: bool) -> None:
    """A step: these were put away, or brought back."""
    await stones.lay_all(SEEN, [(Seen(baby_id, there), str(baby_id)) for baby_id in babies])


@within_transaction
async def shared(baby_id: UUID, person_id: UUID, role: Literal["guardian", "relative"] | None) -> None:
    """A step: from now on he sees so much. Of more than before as well, because only what was said last counts."""
    await stones.lay(SHARED, Shared(baby_id, person_id, role), about=f"{baby_id}:{person_id}")
