"""Two members turn out to be one: what they stored and the levels they bought become hers who stays."""

from uuid import UUID

import pytest

import membership.paid_levels.invariants
import membership.wallets.invariants
from foundation.transactions import transactional
from membership import members, tiers, wallets
from membership.enrolment.merging import MovedInMerge, merge
from membership.wallets import Money
from tests.breakers import keeps
from tests.makers import paid_levels as levels
from tests.makers.members import make_known_member
from tests.makers.wallets import holds, make_saver, make_shop, number_of, pay, reverse, show_card

INVARIANTS = (*membership.wallets.invariants.INVARIANTS, *membership.paid_levels.invariants.INVARIANTS)

pytestmark = pytest.mark.usefixtures("world")


@transactional
async def become(gone: UUID, stays: UUID) -> MovedInMerge:
    held = await members.hold({gone, stays})
    return await merge(held[gone], held[stays])


@keeps(INVARIANTS)
async def test_money_and_levels_follow_her() -> None:
    shop, stays = await make_shop(), (await make_known_member()).id
    gone = await make_saver(shop, 9_000)
    number = await number_of(gone)
    await pay(shop, await show_card(gone), 4_000, receipt="PAID")
    await levels.sell(shop, number, await levels.make_plan("gold"))
    moved = await become(gone, stays)
    assert (moved.wallet_fen, moved.paid_levels, moved.level_moved, moved.level_after) == (5_000, 1, "gold", "gold")
    assert await holds(stays) == Money(5_000, 0)
    assert (await tiers.standing(stays)).is_paid
    # What was paid before the merge comes back to her whom she is now, and her old number still leads to her.
    assert (await reverse(shop, "PAID")).holds == Money(9_000, 0)
    assert (await wallets.wallet(stays)).holds == Money(9_000, 0)


async def test_without_either_nothing_moves() -> None:
    moved = await become((await make_known_member()).id, (await make_known_member()).id)
    assert (moved.wallet_fen, moved.paid_levels) == (0, 0)
