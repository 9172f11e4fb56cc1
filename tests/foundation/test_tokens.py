"""Access tokens: one algorithm, one audience, in time, untouched; everything else is Unauthorized."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from uuid import UUID

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from foundation import tokens
from foundation.errors import Unauthorized
from foundation.ids import new_id
from foundation.settings import Key, Settings

SUBJECT, SESSION = new_id(), new_id()


def _claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {"iss": "muying", "aud": "a", "sub": str(SUBJECT), "sid": str(SESSION), "iat": now, "exp": now + 60}
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


@pytest.fixture
def private(world: Settings) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(world.token_keys[0].secret)


def _refused(token: str, audience: str = "a") -> None:
    with pytest.raises(Unauthorized):
        tokens.verify(token, audience)


def _signed(private: Ed25519PrivateKey, claims: dict[str, Any], kid: object = "t1") -> str:
    return jwt.encode(claims, private, algorithm="EdDSA", headers={"kid": kid})


def _part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_a_token_says_who_it_is(world: Settings) -> None:
    claims = tokens.verify(tokens.issue("a", SUBJECT, SESSION), "a")
    assert (claims.subject, claims.session) == (SUBJECT, SESSION)
    assert 0 < claims.expires_at - time.time() <= tokens.LIFE_SECONDS


def test_a_token_for_another_face_is_refused(world: Settings) -> None:
    token = tokens.issue("a", SUBJECT, SESSION)
    _refused(token, "b")
    assert tokens.verify(token, "a").subject == SUBJECT
    _refused(token, "b")


def test_a_token_from_a_machine_whose_clock_is_ahead_is_good(private: Ed25519PrivateKey) -> None:
    token = _signed(private, _claims(iat=int(time.time()) + 2))
    assert tokens.verify(token, "a").subject == SUBJECT


@pytest.mark.parametrize(
    "changes",
    [{"iss": "other"}, {"iss": None}, {"aud": "b"}, {"aud": None}, {"exp": 1}, {"exp": None}, {"exp": "soon"},
     {"sub": None}, {"sub": "x"}, {"sub": 7}, {"sid": None}, {"sid": "x"}, {"sid": 7}, {"sid": ["a"]},
     {"nbf": 4_000_000_000}],
)  # fmt: skip
def test_claims_that_are_wrong_are_refused(private: Ed25519PrivateKey, changes: dict[str, Any]) -> None:
    assert tokens.verify(_signed(private, _claims()), "a").subject == SUBJECT
    _refused(_signed(private, _claims(**changes)))


@pytest.mark.parametrize("kid", ["t2", "", None])
def test_an_unknown_key_is_refused(private: Ed25519PrivateKey, kid: str | None) -> None:
    _refused(jwt.encode(_claims(), private, algorithm="EdDSA", headers={"kid": kid} if kid is not None else None))


def test_another_key_under_our_name_is_refused(world: Settings) -> None:
    _refused(_signed(Ed25519PrivateKey.generate(), _claims()))


def test_the_public_key_is_no_hmac_secret(private: Ed25519PrivateKey) -> None:
    """The classic: HS256 with what everybody may know."""
    public = private.public_key()
    secrets = (
        public.public_bytes(Encoding.Raw, PublicFormat.Raw),
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        b"",
    )
    for secret in secrets:
        for algorithm, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
            signed = f"{_part({'alg': algorithm, 'typ': 'JWT', 'kid': 't1'})}.{_part(_claims())}"
            _refused(f"{signed}.{_part(hmac.digest(secret, signed.encode(), digest))}")


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None, 7, "ES256"])
def test_no_other_algorithm_is_taken(private: Ed25519PrivateKey, algorithm: object) -> None:
    signed = f"{_part({'alg': algorithm, 'kid': 't1'})}.{_part(_claims())}"
    _refused(f"{signed}.")
    _refused(f"{signed}.{_part(private.sign(signed.encode()))}")


def test_rsa_is_not_taken(world: Settings) -> None:
    _refused(jwt.encode(_claims(), generate_private_key(65537, 2048), algorithm="RS256", headers={"kid": "t1"}))


def test_any_changed_character_is_noticed(world: Settings) -> None:
    token = tokens.issue("a", SUBJECT, SESSION)
    for place in range(0, len(token) - 1):  # the very last character carries bits that base64 ignores
        changed = "A" if token[place] != "A" else "B"
        _refused(token[:place] + changed + token[place + 1 :])


def test_an_expired_token_is_refused_even_when_it_was_seen_before(private: Ed25519PrivateKey) -> None:
    token = _signed(private, _claims(exp=int(time.time()) + 1))
    assert tokens.verify(token, "a").subject == SUBJECT
    time.sleep(1.1)
    _refused(token)


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "...", "a.b.c", "\0", "é", "\ud800", "x" * 100_000, "." * 1_000, f"{_part(b'[' * 740)}.e30.aa",
     f"{_part(b'9' * 700)}.e30.aa", f"{_part([])}.e30.aa", f"{_part({'alg': 'EdDSA', 'kid': {'a': 1}})}.e30.aa"],
)  # fmt: skip
def test_garbage_is_refused(world: Settings, token: str) -> None:
    _refused(token)


@example_settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_refused(text: str) -> None:
    _refused(text)


def test_forged_tokens_do_not_drive_out_the_real_ones(world: Settings) -> None:
    real = tokens.issue("a", SUBJECT, SESSION)
    tokens.verify(real, "a")
    kept = tokens._verify.cache_info().currsize
    for i in range(50):
        _refused(f"{real[:-20]}{i:020d}")
    assert tokens._verify.cache_info().currsize == kept


def test_keys_rotate(world: Settings) -> None:
    old = tokens.issue("a", SUBJECT, SESSION)
    new_key = Key("t2", b"n" * 32)
    try:
        tokens.use(msgspec.structs.replace(world, token_keys=(new_key, *world.token_keys)))
        assert tokens.verify(old, "a").subject == SUBJECT, "the old key still verifies"
        new = tokens.issue("a", SUBJECT, SESSION)
        assert jwt.get_unverified_header(new)["kid"] == "t2"
        tokens.use(msgspec.structs.replace(world, token_keys=(new_key,)))
        assert tokens.verify(new, "a").subject == SUBJECT
        _refused(old)
    finally:
        tokens.use(world)


def test_ids_are_uuid7_and_sort_by_time() -> None:
    ids: list[UUID] = [new_id() for _ in range(1_000)]
    assert len(set(ids)) == 1_000
    assert {i.version for i in ids} == {7}
    assert sorted(ids) == ids
