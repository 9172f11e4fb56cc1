"""Who takes part in the tour: a mother, her family, the till, the clerks, and where they find the service."""

import hashlib
import hmac
import random
import time
from collections.abc import Generator, Mapping
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import pyotp

from server.credentials import Credentials, StaffCredentials
from server.tour.story import StepFailed, Story, Voice

TIMEOUT_SECONDS = 10.0
STEP_SECONDS = 30
TITLES = {"operator": "Operator", "expert": "Expert", "privacy_officer": "Officer"}
"""What they are called in the story."""


class Signature(httpx.Auth):
    """Signs each request with a partner's key (docs/partner-signatures.md)."""

    requires_request_body = True

    def __init__(self, key_id: str, secret: str) -> None:
        self._key_id = key_id
        self._secret = secret.encode()
        self.last: httpx.Request | None = None
        """The request signed last, with its headers: sent once more, it is a replay."""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        timestamp, nonce = str(int(time.time())), uuid4().hex
        path = request.url.raw_path.decode()
        digest = hashlib.sha256(request.content).hexdigest()
        signed = "\n".join((request.method, path, timestamp, nonce, digest))
        request.headers["X-Muying-Key"] = self._key_id
        request.headers["X-Muying-Timestamp"] = timestamp
        request.headers["X-Muying-Nonce"] = nonce
        request.headers["X-Muying-Signature"] = hmac.new(self._secret, signed.encode(), "sha256").hexdigest()
        self.last = request
        yield request


class Place(msgspec.Struct, frozen=True):
    """Where the service runs, and how one signs in."""

    url: str
    standin_url: str
    home: Path
    credentials: Credentials

    def store(self, number: int) -> str:
        """A store's code."""
        return self.credentials.stores[number]

    def clerk_of(self, store: str) -> StaffCredentials:
        for person in self.credentials.staff:
            if person.store == store and person.role == "clerk":
                return person
        raise StepFailed(f"Nobody in dev-credentials.json is the clerk of {store}.")


def find_place(environment: Mapping[str, str]) -> Place:
    """The service of MUYING_PORT and MUYING_HOME. Raises `StepFailed` when it was not started there."""
    port = int(environment.get("MUYING_PORT") or 8000)
    home = Path(environment.get("MUYING_HOME") or ".muying")
    file = home / "dev-credentials.json"
    try:
        credentials = msgspec.json.decode(file.read_bytes(), type=Credentials)
    except OSError:
        raise StepFailed(f"{file} is not there. Start the service with `make run`, then take the tour.") from None
    url = f"http://127.0.0.1:{port}"
    try:
        httpx.get(f"{url}/healthz", timeout=TIMEOUT_SECONDS).raise_for_status()
    except httpx.HTTPError:
        raise StepFailed(f"Nothing answers at {url}. Start the service with `make run`, then take the tour.") from None
    return Place(url, f"http://127.0.0.1:{port + 1}", home, credentials)


class Cast:
    """Everybody, each with a client of their own. A new mother with a new phone in every tour."""

    def __init__(self, story: Story, place: Place) -> None:
        self.place = place
        self.person = f"tour-{uuid4().hex[:8]}"
        self.phone = f"+86198{random.randrange(10**8):08d}"  # noqa: S311  # a phone number, not a secret
        self.signature = Signature(place.credentials.partner.key_id, place.credentials.partner.secret)
        self.mother = Voice(story, "Mother", self._client())
        self.visitor = Voice(story, "Visitor", self._client())
        self.thief = Voice(story, "Thief", self._client())
        self.till = Voice(story, "Till", self._client(self.signature))
        self.wechat = Voice(story, "WeChat", httpx.Client(base_url=place.standin_url, timeout=TIMEOUT_SECONDS))
        self._story = story
        self._operator: Voice | None = None
        self._neighbour: Voice | None = None

    def _client(self, auth: httpx.Auth | None = None) -> httpx.Client:
        return httpx.Client(base_url=self.place.url, timeout=TIMEOUT_SECONDS, auth=auth)

    def clerk(self, store: str) -> Voice:
        """The clerk of a store, signed in."""
        return self._signed_in("Clerk", self.place.clerk_of(store), f"the clerk of {store}")

    def operator(self) -> Voice:
        """The operator, who works for all stores, signed in."""
        if self._operator is None:
            self._operator = self.staff("operator")
        return self._operator

    def staff(self, role: str) -> Voice:
        """One who works for all stores, signed in."""
        who = next((person for person in self.place.credentials.staff if person.role == role), None)
        if who is None:
            raise StepFailed(f"Nobody in dev-credentials.json is {role}. Start the service again with `make run`.")
        return self._signed_in(TITLES[role], who, f"the {role.replace('_', ' ')}")

    def neighbour(self) -> Voice:
        """Another mother, at home in the mini-program since a moment ago."""
        if self._neighbour is None:
            self._neighbour = self._newcomer("Neighbour")
        return self._neighbour

    def father(self) -> Voice:
        """The child's father, who has just opened the mini-program for the first time."""
        return self._newcomer("Father")

    def _newcomer(self, title: str) -> Voice:
        voice = Voice(self._story, title, self._client())
        code = self.login_code(title)
        voice.sign_in_with(voice.ask("POST", "/api/v1/auth/wechat", json={"code": code})["access_token"])
        return voice

    def login_code(self, title: str = "") -> str:
        """What `wx.login` gives on the phone of the mother, or of somebody around her."""
        person = f"{self.person}-{title.lower()}" if title else self.person
        code: str = self.wechat.ask("POST", "/__ctl/login_codes", json={"person": person})["code"]
        return code

    def _signed_in(self, title: str, who: StaffCredentials, job: str) -> Voice:
        voice = Voice(self._story, title, self._client())
        for code in _codes(who.totp_secret):
            answer = httpx.post(
                f"{self.place.url}/staff/v1/auth/login",
                json={"name": who.name, "password": who.password, "totp": code},
                timeout=TIMEOUT_SECONDS,
            )
            if answer.status_code != 401:
                break
        self._story.exchange(title, answer.request, answer, [f"{who.name}, {job}"])
        if not answer.is_success:
            raise StepFailed(f"{who.name} can't sign in: {answer.status_code} {answer.text}")
        voice.sign_in_with(answer.json()["access_token"])
        return voice


def _codes(secret: str) -> Generator[str, None, None]:
    """The code of now; a code works once, so a tour right after another needs the next, and one more waits for it."""
    totp = pyotp.TOTP(secret)
    now = time.time()
    yield totp.at(now)
    yield totp.at(now + STEP_SECONDS)
    time.sleep(STEP_SECONDS - now % STEP_SECONDS)
    yield totp.at(time.time() + STEP_SECONDS)
