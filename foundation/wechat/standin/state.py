"""What the stand-in remembers: people, codes, quotas. Gone when it stops."""

import base64
import hashlib
import secrets
from collections import Counter, deque
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

from foundation.settings import WeChatSettings
from foundation.wechat.standin.access import Credentials
from foundation.wechat.standin.replies import Refused

CODE_SECONDS = 300
SEEN_SECONDS = 7200
"""How long after a login the content checks still take a user's openid."""

Value = TypeVar("Value")


class Person(msgspec.Struct):
    name: str
    openid: str
    unionid: str
    seen_at: float | None = None


class PhoneGrant(msgspec.Struct, frozen=True):
    """What a phone code stands for."""

    openid: str
    country_code: str
    national_number: str


class Code(msgspec.Struct, Generic[Value]):
    value: Value
    made_at: float
    used: bool = False


class CodeBook(Generic[Value]):
    """Codes that are good once, for five minutes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._codes: dict[str, Code[Value]] = {}

    def make(self, value: Value) -> str:
        self._forget_expired()
        code = secrets.token_urlsafe(24)
        self._codes[code] = Code(value, self._clock())
        return code

    def find(self, code: str) -> Code[Value] | None:
        """None for one that was never made or is too old: WeChat does not tell them apart."""
        found = self._codes.get(code)
        return found if found and self._clock() - found.made_at < CODE_SECONDS else None

    def _forget_expired(self) -> None:
        while self._codes:
            oldest = next(iter(self._codes))
            if self.find(oldest):
                return
            del self._codes[oldest]


class MinuteQuotas:
    """Calls by minute and by who is counted."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def take(self, who: str, limit: int, errcode: int) -> None:
        """Raises `Refused` with `errcode` when `who` has had `limit` calls in this minute."""
        minute = int(self._clock() // 60)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        self._counts[who] += 1
        if self._counts[who] > limit:
            raise Refused(errcode)


class World:
    """Everything one stand-in knows."""

    def __init__(self, settings: WeChatSettings, callback_url: str | None, clock: Callable[[], float]) -> None:
        self.settings = settings
        self.callback_url = callback_url
        self.clock = clock
        self.credentials = Credentials(settings, clock)
        self.login_codes: CodeBook[Person] = CodeBook(clock)
        self.phone_codes: CodeBook[PhoneGrant] = CodeBook(clock)
        self.minutes = MinuteQuotas(clock)
        self.subscriptions: Counter[tuple[str, str]] = Counter()
        """Messages still allowed by (openid, template id)."""
        self.sent: deque[dict[str, Any]] = deque(maxlen=10_000)
        self.checked_media: dict[str, str] = {}
        """The openid by trace id."""
        self.calls: Counter[str] = Counter()
        """Requests by path, for tests that count them."""
        self._people: dict[str, Person] = {}

    def person(self, name: str) -> Person:
        """The person of that name. Her ids come from the name, so that they outlive the stand-in."""
        openid = self._id("openid", name)
        return self._people.setdefault(openid, Person(name, openid, self._id("unionid", name)))

    def known(self, openid: object) -> Person:
        """Raises `Refused` for an openid that is nobody's."""
        person = self._people.get(openid) if isinstance(openid, str) else None
        if person is None:
            raise Refused(40003)
        return person

    def recently_seen(self, openid: object) -> Person:
        """Raises `Refused` for somebody who did not log in within two hours."""
        person = self.known(openid)
        if person.seen_at is None or self.clock() - person.seen_at > SEEN_SECONDS:
            raise Refused(61010)
        return person

    def _id(self, kind: str, name: str) -> str:
        digest = hashlib.sha256(f"{self.settings.app_id}\0{kind}\0{name}".encode()).digest()
        return f"o{base64.urlsafe_b64encode(digest).decode()[:27]}"
