"""The partners' gate: what is signed, and what is refused."""

import time
from typing import Any
from uuid import uuid4

import httpx
import pytest

from foundation import cache
from membership import stores
from server.partner_api.signatures import SignatureGate, signature
from tests.makers.partners import MadeTill, Signature

PATH = "/partner/v1/purchases/01980000-0000-7000-8000-000000000000"
NOT_FOUND = (404, "purchase_not_found")
"""What a request that was let in gets here."""


def signed(till: MadeTill, **changes: Any) -> dict[str, str]:
    """Headers of a GET on PATH; what is changed is signed as changed."""
    parts: dict[str, Any] = {
        "method": "GET",
        "target": PATH,
        "timestamp": str(int(time.time())),
        "nonce": uuid4().hex,
        "body": b"",
        "secret": till.key.secret.encode(),
        "key": till.key.key_id,
    } | changes
    key, secret = parts.pop("key"), parts.pop("secret")
    return {
        "X-Muying-Key": key,
        "X-Muying-Timestamp": parts["timestamp"],
        "X-Muying-Nonce": parts["nonce"],
        "X-Muying-Signature": signature(secret, **parts),
    }


async def answer(client: httpx.AsyncClient, headers: dict[str, str], path: str = PATH) -> tuple[int, str]:
    response = await client.get(path, headers=headers)
    return response.status_code, response.json()["code"]


async def test_a_signed_request_is_let_in(till: MadeTill, stranger: httpx.AsyncClient) -> None:
    assert await answer(stranger, signed(till)) == NOT_FOUND
    response = await till.http.get(PATH)
    assert (response.status_code, response.json()["code"]) == NOT_FOUND


@pytest.mark.parametrize("header", ["Key", "Timestamp", "Nonce", "Signature"])
async def test_every_header_is_needed(till: MadeTill, stranger: httpx.AsyncClient, header: str) -> None:
    headers = signed(till)
    del headers[f"X-Muying-{header}"]
    assert await answer(stranger, headers) == (401, "signature_missing")
    assert await answer(stranger, {}) == (401, "signature_missing")


@pytest.mark.parametrize(
    ("header", "text"),
    [("Timestamp", "now"), ("Timestamp", "1e9"), ("Timestamp", "-5"), ("Nonce", "short"), ("Nonce", "n" * 65)],
)
async def test_headers_that_can_not_be_read(
    till: MadeTill, stranger: httpx.AsyncClient, header: str, text: str
) -> None:
    assert await answer(stranger, signed(till) | {f"X-Muying-{header}": text}) == (401, "signature_missing")


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "POST"},
        {"target": PATH + "?a=1"},
        {"target": PATH[:-1] + "1"},
        {"body": b"{}"},
        {"secret": b"guessed"},
        {"key": "pk_00000000000000000000"},
        {"key": "k" * 200},
    ],
)
async def test_what_is_signed_otherwise_is_invalid(
    till: MadeTill, stranger: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    assert await answer(stranger, signed(till, **changes)) == (401, "signature_invalid")


@pytest.mark.parametrize("header", ["Timestamp", "Nonce", "Signature"])
async def test_what_is_sent_otherwise_than_signed_is_invalid(
    till: MadeTill, stranger: httpx.AsyncClient, header: str
) -> None:
    headers = signed(till)
    name = f"X-Muying-{header}"
    headers[name] = headers[name][:-1] + ("1" if headers[name][-1] != "1" else "2")
    assert await answer(stranger, headers) == (401, "signature_invalid")


async def test_a_changed_body_is_invalid(till: MadeTill, stranger: httpx.AsyncClient) -> None:
    path, body = "/partner/v1/returns", b'{"store": "A"}'
    headers = signed(till, method="POST", target=path, body=body) | {"Content-Type": "application/json"}
    response = await stranger.post(path, content=b'{"store": "B"}', headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "signature_invalid")


async def test_query_and_escapes_are_signed_as_they_stand_on_the_line(
    till: MadeTill, stranger: httpx.AsyncClient
) -> None:
    path = "/partner/v1/purchases/%E6%AF%8D%20x?b=%2F&a=%E5%A9%B4"
    assert (await answer(stranger, signed(till, target=path), path))[0] == 404
    plain = "/partner/v1/purchases/母 x?b=/&a=婴"
    assert await answer(stranger, signed(till, target=plain), path) == (401, "signature_invalid")


async def test_times_outside_the_window(till: MadeTill, stranger: httpx.AsyncClient) -> None:
    for seconds in (-302, 302):
        stamp = str(int(time.time()) + seconds)
        assert await answer(stranger, signed(till, timestamp=stamp)) == (401, "timestamp_outside")
    for seconds in (-298, 298):
        stamp = str(int(time.time()) + seconds)
        assert await answer(stranger, signed(till, timestamp=stamp)) == NOT_FOUND


async def test_a_replay_is_refused_and_a_forgery_does_not_use_up_a_nonce(
    till: MadeTill, stranger: httpx.AsyncClient
) -> None:
    headers = signed(till)
    forged = headers | {"X-Muying-Signature": "0" * 64}
    assert await answer(stranger, forged) == (401, "signature_invalid")
    assert await answer(stranger, headers) == NOT_FOUND
    assert await answer(stranger, headers) == (401, "nonce_replayed")
    fresh = signed(till, nonce=headers["X-Muying-Nonce"], timestamp=str(int(time.time()) + 5))
    assert await answer(stranger, fresh) == (401, "nonce_replayed")
    seconds = await cache.client().ttl(f"nonce:{{{till.key.key_id}}}:{headers['X-Muying-Nonce']}")
    assert 590 < seconds <= 600


async def test_nonces_of_two_keys_do_not_meet(till: MadeTill, stranger: httpx.AsyncClient) -> None:
    second = await stores.make_partner_key(till.partner_id)
    headers = signed(till)
    assert await answer(stranger, headers) == NOT_FOUND
    other = signed(till, key=second.key_id, secret=second.secret.encode(), nonce=headers["X-Muying-Nonce"])
    assert await answer(stranger, other) == NOT_FOUND
    await stores.revoke_partner_key(second.key_id)
    again = signed(till, key=second.key_id, secret=second.secret.encode())
    assert await answer(stranger, again) == (401, "signature_invalid")


async def test_without_redis_this_process_remembers(
    till: MadeTill, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(cache, "usable", lambda: False)
        headers = signed(till)
        assert await answer(stranger, headers) == NOT_FOUND
        assert await answer(stranger, headers) == (401, "nonce_replayed")
    # Redis is back and has not seen it.
    assert await answer(stranger, headers) == (401, "nonce_replayed")


async def test_what_this_process_remembers_is_forgotten_after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, clock = SignatureGate(), [1_000.0]
    monkeypatch.setattr("server.partner_api.signatures.time.monotonic", lambda: clock[0])
    assert gate._is_new_here("a", remember=True)
    assert not gate._is_new_here("a", remember=True)
    clock[0] += 601
    assert gate._is_new_here("b", remember=True)
    assert list(gate._nonces) == ["b"]


async def test_a_key_that_was_made_a_moment_ago_signs(till: MadeTill, partners_url: str) -> None:
    key = await stores.make_partner_key(till.partner_id)
    async with httpx.AsyncClient(base_url=partners_url, auth=Signature(key.key_id, key.secret)) as client:
        response = await client.get(PATH)
    await stores.revoke_partner_key(key.key_id)
    assert (response.status_code, response.json()["code"]) == NOT_FOUND
