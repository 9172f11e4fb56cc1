"""Who may call: the app's id and secret, and the access tokens they are exchanged for."""

import secrets
from collections import deque
from collections.abc import Callable, Mapping

from sanic import HTTPResponse, Request

from foundation.settings import WeChatSettings
from foundation.wechat.standin.replies import Refused, answer

TOKEN_SECONDS = 7200
OVERLAP_SECONDS = 300
"""A token that was replaced in the regular way stays good for five minutes more."""
FORCED_PER_DAY = 20
FORCED_APART_SECONDS = 30


class Credentials:
    """The tokens that were given out, and until when each is good. The two endpoints know nothing of each other."""

    def __init__(self, settings: WeChatSettings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._good_until: dict[str, float] = {}
        self._stable: tuple[str, float] | None = None
        self._plain: str | None = None
        self._forced: deque[float] = deque()

    def check_app(self, given: Mapping[str, object], grant_type: str) -> None:
        """Raises `Refused` unless `given` holds our app id, its secret and the grant type."""
        for name, missing, wrong, right in (
            ("appid", 41002, 40013, self._settings.app_id),
            ("secret", 41004, 40125, self._settings.app_secret),
            ("grant_type", 40002, 40002, grant_type),
        ):
            if not given.get(name):
                raise Refused(missing)
            if given[name] != right:
                raise Refused(wrong)

    def check_token(self, token: str | None) -> None:
        if not token:
            raise Refused(41001)
        if token not in self._good_until:
            raise Refused(40001)
        if self._good_until[token] <= self._clock():
            raise Refused(42001)

    def stable(self, force: bool) -> tuple[str, int]:
        """The stable token and its remaining seconds, 300 or more."""
        now = self._clock()
        if force and self._may_force(now) and self._stable:
            self._good_until[self._stable[0]] = now
            self._stable = None
        if self._stable is None or self._stable[1] - now < OVERLAP_SECONDS:
            self._stable = (self._issue(now), now + TOKEN_SECONDS)
        token, until = self._stable
        return token, int(until - now)

    def plain(self) -> tuple[str, int]:
        """A new token at every call; the one before stays good for five minutes more."""
        now = self._clock()
        if self._plain:
            self._good_until[self._plain] = min(self._good_until[self._plain], now + OVERLAP_SECONDS)
        self._plain = self._issue(now)
        return self._plain, TOKEN_SECONDS

    def _may_force(self, now: float) -> bool:
        while self._forced and now - self._forced[0] >= 86400:
            self._forced.popleft()
        if self._forced and now - self._forced[-1] < FORCED_APART_SECONDS:
            return False
        if len(self._forced) >= FORCED_PER_DAY:
            raise Refused(45009)
        self._forced.append(now)
        return True

    def _issue(self, now: float) -> str:
        token = f"standin_{secrets.token_urlsafe(96)}"
        self._good_until[token] = now + TOKEN_SECONDS
        return token


def give_token(credentials: Credentials, request: Request) -> HTTPResponse:
    """GET /cgi-bin/token"""
    credentials.check_app({name: request.args.get(name) for name in request.args}, "client_credential")
    token, seconds = credentials.plain()
    return answer({"access_token": token, "expires_in": seconds})


def give_stable_token(credentials: Credentials, body: Mapping[str, object]) -> HTTPResponse:
    """POST /cgi-bin/stable_token"""
    credentials.check_app(body, "client_credential")
    token, seconds = credentials.stable(body.get("force_refresh") is True)
    return answer({"access_token": token, "expires_in": seconds})
