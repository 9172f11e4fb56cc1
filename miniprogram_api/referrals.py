"""Bringing a friend: her code, and entering somebody's."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from foundation.http import Body, Caller, View
from membership import members, referrals
from miniprogram_api.face import mothers


class ReferralOut(View):
    """Her code to pass on, and what came of it.

    `waiting` friends have not bought yet or may still return it; `points` she got for the `rewarded`. The rewards are
    what the rules promise for a friend now. `enter_until` is the last day on which she may enter a code herself.
    """

    code: str
    waiting: int
    rewarded: int
    points: int
    referrer_reward: int
    friend_reward: int
    entered: bool
    enter_until: date | None


class ReferralIn(Body):
    """The code of whoever brought her."""

    code: Annotated[str, Meta(pattern="^[2-9A-HJ-NP-Z]{8}$(?!\\n)", examples=["7KQ2MX9A"])]


@mothers.get("/me/referral", who="member")
async def my_referral(caller: Caller) -> ReferralOut:
    """Her code, and whom she brought."""
    return _out(await referrals.view(caller.subject))


@mothers.post(
    "/me/referral",
    who="member",
    refuses=(
        referrals.ReferralCodeUnknown,
        referrals.OwnReferralCode,
        referrals.ReferralsClosed,
        referrals.ReferralLoop,
        referrals.AlreadyReferred,
        referrals.ReferralTooLate,
        members.MemberBanned,
    ),
)
async def enter_referral(caller: Caller, body: ReferralIn) -> ReferralOut:
    """Enter the code of whoever brought her.

    Soon after joining and before the first purchase. The same code again gives the same answer. Both are rewarded once
    she has kept a purchase."""
    await referrals.enter(caller.subject, body.code)
    return _out(await referrals.view(caller.subject))


def _out(view: referrals.ReferralView) -> ReferralOut:
    return ReferralOut(**{name: getattr(view, name) for name in ReferralOut.__struct_fields__})
