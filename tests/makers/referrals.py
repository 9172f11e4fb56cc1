"""Makers: somebody who brings a friend, and time that passes for them."""

from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from foundation import clock, database
from membership import earning, purchases, referrals
from tests.makers.earning import in_force
from tests.makers.members import MadeMember, make_member
from tests.makers.purchases import Shop, line, make_return, make_sale, make_shop, settle_all

REFERRER, FRIEND = 100, 50


class Programme(AsyncExitStack):
    """The two rules of a referral, in force within the block; `changes` are made to that of the referrer."""

    def __init__(self, parameters: dict[str, Any] | None = None, **changes: Any) -> None:
        super().__init__()
        self._parameters = parameters or {}
        self._changes = changes

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        referrer = {"side": "referrer", "points": REFERRER} | self._parameters
        friend = {"side": "friend", "points": FRIEND} | self._parameters
        await self.enter_async_context(in_force(earning.Referral, referrer, **self._changes))
        await self.enter_async_context(in_force(earning.Referral, friend))
        return self


async def code_of(member: MadeMember) -> str:
    return (await referrals.view(member.id)).code


async def brought(referrer: MadeMember, *, days_ago: int = 0) -> MadeMember:
    """A friend who entered the code so long ago."""
    friend = await make_member()
    await referrals.enter(friend.id, await code_of(referrer))
    await database.execute(
        "UPDATE referral SET entered_on = entered_on - $2::int WHERE friend_id = $1", friend.id, days_ago
    )
    return friend


async def buys(friend: MadeMember, *, days_ago: int, returned_fen: int = 0, shop: Shop | None = None) -> purchases.Sale:
    """A purchase of ¥100 so long ago, of which some came back."""
    shop = shop or await make_shop()
    sale = make_sale(shop, card=friend.number, occurred_at=clock.now() - timedelta(days=days_ago))
    await purchases.accept_sale(shop.partner_id, sale)
    if returned_fen:
        await purchases.accept_return(shop.partner_id, make_return(shop, sale.receipt, lines=[line(returned_fen)]))
    await settle_all()
    return sale


async def status_of(friend: MadeMember) -> tuple[str, int, int]:
    """(status, points of the referrer, points of the friend)."""
    row = await database.fetchrow(
        "SELECT status, referrer_points, friend_points FROM referral WHERE friend_id = $1", friend.id
    )
    assert row is not None
    return row["status"], row["referrer_points"], row["friend_points"]


async def referral_of(friend: MadeMember) -> UUID:
    found: UUID = await database.fetchval("SELECT id FROM referral WHERE friend_id = $1", friend.id)
    return found
