"""《母婴健康数据授权书》: what she allows, purpose by purpose, and taking it back."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from foundation.http import Body, Caller, View
from membership import authorizations, members
from membership.authorizations import Purpose
from miniprogram_api.face import mothers

Purposes = Annotated[list[Purpose], Meta(max_length=5)]


class PurposeOut(View):
    """What one tick says."""

    purpose: Purpose
    title: str
    text: str


class AuthorizationTextOut(View):
    """The current version. What is given by it is valid for `valid_days`."""

    version: int
    title: str
    text: str
    purposes: list[PurposeOut]
    valid_days: int
    published_at: datetime


class TickedOut(View):
    """One purpose and whether it stands."""

    purpose: Purpose
    title: str
    granted: bool


class GivenOut(View):
    """What stands: its receipt, the version she read, and until when."""

    receipt_id: UUID
    version: int
    given_at: datetime
    valid_until: datetime


class AuthorizationOut(View):
    """Where she stands. `prompt`: whether she may be asked on her way; after a refusal not for thirty days.

    `version` is the current one; `given` is null while nothing stands."""

    prompt: bool
    version: int
    purposes: list[TickedOut]
    given: GivenOut | None


class AuthorizationIn(Body):
    """What she ticked of the version she read; nothing ticked is a refusal. `is_guardian`: she confirms that she is the
    child's guardian, without which nothing is authorized."""

    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    purposes: Purposes
    is_guardian: bool = False


class WithdrawalIn(Body):
    """What she takes back; null: all of it."""

    purposes: Purposes | None = None


@mothers.get("/authorization-text", who="public")
async def authorization_text() -> AuthorizationTextOut:
    """《母婴健康数据授权书》 in its current version."""
    text = await authorizations.text()
    return AuthorizationTextOut(
        version=text.version,
        title=text.title,
        text=text.text,
        purposes=[PurposeOut(each.purpose, each.title, each.text) for each in text.purposes],
        valid_days=text.valid_days,
        published_at=text.published_at,
    )


@mothers.get("/me/authorization", who="member")
async def my_authorization(caller: Caller) -> AuthorizationOut:
    """What she allows now, purpose by purpose."""
    return _out(await authorizations.authorization(caller.subject))


@mothers.route(
    "PUT",
    "/me/authorization",
    who="member",
    refuses=(
        members.MemberBanned,
        authorizations.AuthorizationOutdated,
        authorizations.GuardianNotConfirmed,
        members.ConsentRequired,
    ),
)
async def answer_authorization(caller: Caller, body: AuthorizationIn) -> AuthorizationOut:
    """Allow the ticked purposes and no others.

    Card, points and mall work with everything refused. The same again changes nothing; another set has another
    receipt. To allow something, the notice `privacy` must be agreed to; to refuse, nothing."""
    return _out(await authorizations.answer(caller.subject, body.version, body.purposes, is_guardian=body.is_guardian))


@mothers.post("/me/authorization/withdrawals", who="member")
async def withdraw_authorization(caller: Caller, body: WithdrawalIn) -> AuthorizationOut:
    """Take back some purposes, or all of them.

    Acts on the next read of everybody who reads for them; what was not given stays so."""
    named = authorizations.PURPOSES if body.purposes is None else body.purposes
    return _out(await authorizations.withdraw(caller.subject, named))


def _out(view: authorizations.AuthorizationView) -> AuthorizationOut:
    given = view.given
    return AuthorizationOut(
        prompt=view.prompt,
        version=view.text.version,
        purposes=[
            TickedOut(each.purpose, each.title, given is not None and each.purpose in given.purposes)
            for each in view.text.purposes
        ],
        given=None if given is None else GivenOut(given.id, given.version, given.given_at, given.valid_until),
    )
