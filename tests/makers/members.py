"""Makers: members as they come to be, by WeChat or at a till."""

from uuid import UUID, uuid4

import msgspec

from foundation import tokens
from foundation.sessions import Caller, SessionTokens
from membership import enrolment, members
from tests import canaries
from tests.makers.phones import new_phone


class MadeMember(msgspec.Struct, frozen=True):
    """A member who is signed in; `phone` is E.164."""

    id: UUID
    number: str
    openid: str
    phone: str | None
    tokens: SessionTokens

    @property
    def caller(self) -> Caller:
        return caller_of(self.tokens)

    @property
    def headers(self) -> dict[str, str]:
        """What her mini-program sends with each request."""
        return {"Authorization": f"Bearer {self.tokens.access_token}"}


def caller_of(session: SessionTokens) -> Caller:
    """Who holds these tokens."""
    claims = tokens.verify(session.access_token, "member")
    return Caller(claims.subject, claims.session, {})


async def agree_to_privacy(member_id: UUID) -> None:
    """Agrees to the current version."""
    (notice,) = (notice for notice in await members.notices() if notice.notice == members.PRIVACY)
    await members.agree(member_id, notice.notice, notice.version)


async def make_member(*, openid: str | None = None) -> MadeMember:
    """A member after her first WeChat login: nothing is known of her."""
    openid = openid or canaries.text("openid", f"o{uuid4().hex[:16]}")
    signed_in = await enrolment.sign_in(openid)
    return MadeMember(signed_in.member.id, signed_in.member.number, openid, None, signed_in.tokens)


async def make_known_member(*, phone: str | None = None, nickname: str | None = None) -> MadeMember:
    """A member who agreed to `privacy` and verified her phone; the welcome gift is hers."""
    member = await make_member()
    phone = phone or new_phone()
    await agree_to_privacy(member.id)
    await enrolment.take_phone(member.id, member.caller.session, phone)
    if nickname is not None:
        await enrolment.change_profile(member.id, members.ProfileChanges(nickname=nickname))
    return msgspec.structs.replace(member, phone=phone)


async def make_store_member(store_id: UUID, phone: str | None = None) -> UUID:
    """A member whom a till knows by her phone alone."""
    return (await enrolment.register_at_store(phone or new_phone(), store_id)).member.id
