"""Signing in and out, and who one is."""

from typing import Annotated
from uuid import UUID

import msgspec
from sanic import Request

from foundation import sessions
from foundation.errors import Unauthorized
from foundation.gates import address
from foundation.http import Body, Caller, Limit, View
from membership import staff as people
from server.staff_api.face import EVERY_ROLE, staff

SIGN_INS = Limit(requests=120, seconds=60, burst=60)
"""From one address; guessing at one name is slowed much earlier."""


class LoginIn(Body):
    """`totp` is the six digits that the authenticator app shows."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    totp: Annotated[str, msgspec.Meta(pattern="^[0-9]{6}$(?!\\n)", examples=["123456"])]


class RefreshIn(Body):
    refresh_token: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class TokensOut(View):
    """`access_token` goes into `Authorization: Bearer …`; `refresh_token` gives the next pair once."""

    access_token: str
    refresh_token: str
    expires_in_seconds: int


class MeOut(View):
    """`store` is null for those who work for all stores."""

    id: UUID
    name: str
    role: people.Role
    store: str | None
    store_name: str | None


@staff.post("/auth/login", who="public", limit=SIGN_INS, refuses=(people.CredentialsWrong,))
async def login(request: Request, body: LoginIn) -> TokensOut:
    """Sign in with name, password and one-time code.

    Whatever is wrong, the answer is the same. A one-time code works once.
    """
    return _tokens_out(await people.sign_in(body.name, body.password, body.totp, address=address(request)))


@staff.post("/auth/refresh", who="public", refuses=(Unauthorized,))
async def refresh(body: RefreshIn) -> TokensOut:
    """The next pair of tokens.

    Using an old refresh token again ends the session, except within ten seconds, when the answer may have been lost.
    """
    return _tokens_out(await sessions.refresh(people.AUDIENCE, body.refresh_token))


@staff.post("/auth/logout", who=EVERY_ROLE)
async def logout(caller: Caller) -> None:
    """Sign out on this device."""
    await people.sign_out(caller.subject, caller.session)


@staff.get("/me", who=EVERY_ROLE, refuses=(people.StaffNotFound,))
async def me(caller: Caller) -> MeOut:
    """Who one is: role and store."""
    found = await people.get(caller.subject)
    if found is None:
        raise people.StaffNotFound
    return MeOut(found.id, found.name, found.role, found.store_code, found.store_name)


def _tokens_out(tokens: sessions.SessionTokens) -> TokensOut:
    return TokensOut(tokens.access_token, tokens.refresh_token, tokens.expires_in_seconds)
