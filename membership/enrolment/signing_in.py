"""Signing in by WeChat, and out again."""

import msgspec

from foundation import ground, sessions
from foundation.sessions import Caller, SessionTokens
from foundation.transactions import transactional
from membership import members, points, tiers

AUDIENCE = "member"


class SignedIn(msgspec.Struct, frozen=True):
    """What a sign-in gives. `is_new`: this very login made her a member."""

    tokens: SessionTokens
    member: members.MemberView
    is_new: bool


async def sign_in_with_wechat(code: str) -> SignedIn:
    """Signs in with the code of `wx.login`; the first time makes the member.

    Raises WeChat's refusals (`foundation.wechat`), `MemberBanned`.
    """
    login = await ground.wechat().login(code)
    return await sign_in(login.openid, login.unionid)


@transactional
async def sign_in(openid: str, unionid: str | None = None) -> SignedIn:
    """Signs in whom WeChat vouched for. Nothing of her is stored but how WeChat names her. Raises `MemberBanned`."""
    arrived = await members.arrive_by_wechat(openid, unionid)
    if arrived.is_new:
        await points.open_account(arrived.member_id)
        await tiers.open_standing(arrived.member_id)
    # Shared until the commit: a ban that comes now waits, and then ends this session with the others.
    member = await members.share(arrived.member_id)
    member.require_active()
    tokens = await sessions.open_session(AUDIENCE, member.id)
    return SignedIn(tokens, members.view(member), arrived.is_new)


async def refresh(refresh_token: str) -> SessionTokens:
    """New tokens for a refresh token. Raises `Unauthorized`."""
    return await sessions.refresh(AUDIENCE, refresh_token)


@transactional
async def sign_out(caller: Caller) -> None:
    """Ends the session that asks; her other devices stay signed in."""
    await sessions.end_session(caller.subject, caller.session, "signed_out")
