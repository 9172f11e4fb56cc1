"""`python -m tests.bench.sealing`: what opening and sealing cost, each by itself and as a share of a request.

The share is measured, not estimated: every call of a cipher is timed while the API in this process answers requests
one after the other, and compared with what the API says they took, PostgreSQL and Redis included. Medians.
"""

import io
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import msgspec
from structlog import BytesLogger

from foundation import ciphers, log
from foundation.ciphers import CipherName
from foundation.secrets import Vault, place, vault
from foundation.settings import load_settings
from membership import addresses, enrolment, members
from server.app import create_app
from tests.bench.own_house import Environment, run
from tests.makers.addresses import address
from tests.makers.babies import make_child, make_mother
from tests.makers.members import MadeMember, agree_to_privacy
from tests.makers.phones import new_phone
from tests.serving import serve

CALLS = 20_000
REQUESTS = 500
CIPHERS: tuple[CipherName, ...] = ("aes-256-gcm", "sm4-gcm")
TEXTS = {"phone, 14 bytes": "+8613800138000", "profile or baby, 300 bytes": "x" * 300, "sheet, 4 kB": "x" * 4096}


def _microseconds(call: Callable[[], object]) -> float:
    """Of the processor, so that a busy machine makes no difference."""
    began = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - began) / CALLS * 1e6


def calls(environment: Environment) -> None:
    """The cost of each verb, in microseconds."""
    for cipher in CIPHERS:
        settings = load_settings(environment | {"MUYING_CIPHER": cipher})
        one = Vault(settings, {1: b"w" * 32})
        _, stored = one.new_keyring()
        keyring, where = one.keyring(stored), place("member", "phone_sealed", uuid4(), uuid4())
        _say(f"{cipher}: a new keyring", _microseconds(one.new_keyring))
        _say(f"{cipher}: a keyring opened", _microseconds(lambda: one.keyring(stored)))  # noqa: B023 - called at once
        for name, text in TEXTS.items():
            sealed = keyring.seal(where, text)
            _say(f"{cipher}: sealed, {name}", _microseconds(lambda: keyring.seal(where, text)))  # noqa: B023 - as above
            _say(
                f"{cipher}: keyring and value opened, {name}",
                _microseconds(lambda: one.keyring(stored).unseal(where, sealed)),  # noqa: B023 - as above
            )
    _say("blind index", _microseconds(lambda: one.index("phone", "+8613800138000")))


class _Clock:
    """Adds up the time spent in ciphers."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.calls = 0
        for name in ("encrypt", "decrypt"):
            setattr(ciphers, name, self._timed(getattr(ciphers, name)))

    def _timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*arguments)
            finally:
                self.seconds += time.perf_counter() - began
                self.calls += 1

        return timed


async def shares(environment: Environment) -> None:
    """The share of each screen."""
    clock = _Clock()
    for cipher in CIPHERS:
        settings = load_settings(environment | {"MUYING_CIPHER": cipher})
        served = await serve(create_app(settings, name=f"bench_{settings.cipher.replace('-', '_')}"))
        assert vault().current
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{served.port}", timeout=10) as client:
                mother = await _mother()
                for path in ("/api/v1/me", "/api/v1/me/addresses", "/api/v1/babies"):
                    await _share(client, clock, cipher, mother, path)
        finally:
            await served.stop()


async def _mother() -> MadeMember:
    """With a phone, a name, five addresses and two children."""
    mother = await make_mother()
    await agree_to_privacy(mother.id)
    await enrolment.take_phone(mother.id, mother.caller.session, new_phone())
    await enrolment.change_profile(mother.id, members.ProfileChanges(nickname="王小雨"))
    for number in range(5):
        await addresses.add(mother.id, address(f"测试路{number}号"))
    for _ in range(2):
        await make_child(mother.id)
    return mother


async def _share(client: httpx.AsyncClient, clock: _Clock, cipher: str, mother: MadeMember, path: str) -> None:
    sealing, lines = [], io.BytesIO()
    log._Output.lines = BytesLogger(lines)
    for _ in range(REQUESTS):
        clock.seconds, clock.calls = 0.0, 0
        answer = await client.get(path, headers=mother.headers)
        assert answer.status_code == 200, answer.text
        sealing.append(clock.seconds * 1e6)
    whole = statistics.median(msgspec.json.decode(line)["ms"] * 1e3 for line in lines.getvalue().splitlines())
    share = statistics.median(sealing)
    _say(f"in {clock.calls} calls, {share / whole:5.1%} of {whole:,.0f} µs, {cipher}: {path}", share)


def _say(what: str, microseconds: float) -> None:
    sys.stdout.write(f"{microseconds:8.2f} µs  {what}\n")
    sys.stdout.flush()


async def measure(environment: Environment) -> None:
    calls(environment)
    await shares(environment)


if __name__ == "__main__":
    run(measure)
