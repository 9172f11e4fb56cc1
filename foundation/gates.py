"""The gate of faces whose callers sign in: `Authorization: Bearer <access token>`."""

from typing import Any

from sanic import Request

from foundation import limits, sessions
from foundation.errors import Forbidden, Problem, TooManyRequests, Unauthorized
from foundation.faces import DEFAULT_LIMIT, Route
from foundation.limits import Limit
from foundation.sessions import Caller

ADDRESS_LIMIT = Limit(requests=1200, seconds=60, burst=300)
"""What nobody in particular may ask from one address; a shop's whole Wi-Fi shares one."""


def address(request: Request) -> str:
    """The client's address: what a trusted proxy in front says, or else the peer's."""
    return str(request.remote_addr or request.ip)


class SessionGate:
    """Lets in who holds an access token of this audience; the role is the session's `role` claim, or the audience."""

    refuses: tuple[type[Problem], ...] = (Unauthorized, TooManyRequests)

    def __init__(self, audience: str) -> None:
        self.audience = audience
        self.scheme_name = f"{audience}_token"
        self.scheme: dict[str, Any] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}

    async def admit(self, request: Request, route: Route) -> Caller | None:
        """The caller; None for a stranger on a public route."""
        header = request.headers.get("authorization")
        if route.public and (header is None or len(route.who) == 1):
            await limits.count(
                f"{address(request)}:{route.name}", ADDRESS_LIMIT if route.limit is DEFAULT_LIMIT else route.limit
            )
            return None
        if header is None or not header.startswith("Bearer "):
            raise Unauthorized
        caller = await sessions.authenticate(self.audience, header[7:], route.name, route.limit)
        if caller.claims.get("role", self.audience) not in route.who:
            raise Forbidden
        return caller
