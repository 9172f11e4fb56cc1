"""Signing in by WeChat, staying signed in, the phone, signing out."""

from typing import Annotated

from msgspec import Meta

from foundation.errors import Unauthorized
from foundation.http import Body, Caller, Limit, View
from foundation.sessions import SessionTokens
from foundation.wechat import (
    WeChatCodeInvalid,
    WeChatCodeUsed,
    WeChatTooOften,
    WeChatUnavailable,
    WeChatUserBlocked,
)
from membership import enrolment, members
from miniprogram_api.face import mothers
from miniprogram_api.me import MeOut, me_out

WeChatCode = Annotated[str, Meta(min_length=1, max_length=200)]

PHONE_LIMIT = Limit(requests=60, seconds=3600, burst=20)
"""WeChat charges for each number it gives."""


class WeChatLoginIn(Body):
    """The code of `wx.login`: good once, for five minutes."""

    code: WeChatCode


class RefreshIn(Body):
    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)]


class PhoneIn(Body):
    """The code of `getPhoneNumber`, which is another than that of `wx.login`: good once, for five minutes."""

    code: WeChatCode


class MemberOut(View):
    """Who signed in. `phone` is masked (`156******77`), null before it is verified."""

    id: str
    number: str
    nickname: str | None
    phone: str | None


class TokensOut(View):
    """The access token lives `expires_in_seconds`; the refresh token is good once, and gives both anew."""

    access_token: str
    refresh_token: str
    expires_in_seconds: int


class SignedInOut(View):
    """`is_new`: this very login made her a member."""

    access_token: str
    refresh_token: str
    expires_in_seconds: int
    member: MemberOut
    is_new: bool


class PhoneOut(View):
    """`merged`: a shop had registered her by this phone, and what she earned there is hers now.

    `credited_purchases`: how many purchases had waited for this phone; their points follow within seconds.
    """

    member: MeOut
    merged: bool
    credited_purchases: int


@mothers.post(
    "/auth/wechat",
    who="public",
    refuses=(
        WeChatCodeInvalid,
        WeChatCodeUsed,
        WeChatTooOften,
        WeChatUserBlocked,
        WeChatUnavailable,
        members.MemberBanned,
    ),
)
async def sign_in(body: WeChatLoginIn) -> SignedInOut:
    """Sign in with WeChat.

    The first time makes the member. Nothing of her is stored but the openid."""
    signed_in = await enrolment.sign_in_with_wechat(body.code)
    member = signed_in.member
    return SignedInOut(
        access_token=signed_in.tokens.access_token,
        refresh_token=signed_in.tokens.refresh_token,
        expires_in_seconds=signed_in.tokens.expires_in_seconds,
        member=MemberOut(str(member.id), member.number, member.profile.nickname, member.phone_masked),
        is_new=signed_in.is_new,
    )


@mothers.post("/auth/refresh", who="public", refuses=(Unauthorized,))
async def refresh(body: RefreshIn) -> TokensOut:
    """Exchange a refresh token for new tokens.

    A refresh token that comes back after its use ends the session, except within ten seconds, when the answer may
    have been lost: then the same next token is given again."""
    return _tokens_out(await enrolment.refresh(body.refresh_token))


@mothers.post("/auth/logout", who="member")
async def sign_out(caller: Caller) -> None:
    """Sign out on this device."""
    await enrolment.sign_out(caller)


@mothers.post(
    "/auth/phone",
    who="member",
    limit=PHONE_LIMIT,
    refuses=(
        members.ConsentRequired,
        members.MemberBanned,
        enrolment.PhoneTaken,
        WeChatCodeInvalid,
        WeChatCodeUsed,
        WeChatTooOften,
        WeChatUnavailable,
    ),
)
async def verify_phone(caller: Caller, body: PhoneIn) -> PhoneOut:
    """Verify the phone with WeChat.

    Joins her with the member a shop registered by this phone, credits purchases that waited for it, and brings the
    welcome gift. Another phone than before ends her other sessions. Needs the notice `privacy`."""
    verified = await enrolment.verify_phone(caller, body.code)
    return PhoneOut(me_out(verified.overview), verified.merged, verified.credited_purchases)


def _tokens_out(tokens: SessionTokens) -> TokensOut:
    return TokensOut(tokens.access_token, tokens.refresh_token, tokens.expires_in_seconds)
