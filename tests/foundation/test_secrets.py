"""Sealed fields: bound to their place, unreadable without the keys, found without being read."""

from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from foundation import ciphers
from foundation.ciphers import CipherName
from foundation.secrets import HOUSE, Keyring, Unreadable, Vault, place
from foundation.settings import Settings

CIPHERS: tuple[CipherName, ...] = ("aes-256-gcm", "sm4-gcm")
KEY = bytes(range(32))
PLACE = place("member", "phone_sealed", "row", "owner")


def _ring(cipher: CipherName = "aes-256-gcm", **keys: bytes) -> Keyring:
    """`_ring(_2=…, _1=…)`: the newest first."""
    versions = {int(name[1:]): key for name, key in keys.items()} or {1: KEY}
    return Keyring(next(iter(versions)), versions.get, ciphers.ALGORITHMS[cipher])


def _vault(
    settings: Settings, *, cipher: CipherName = "aes-256-gcm", index_key: bytes = b"i" * 32, **wrapping: bytes
) -> Vault:
    """`_vault(settings, _1=…, _2=…)`: wrapping keys by their ids."""
    settings = msgspec.structs.replace(settings, cipher=cipher, index_key=index_key)
    return Vault(settings, {int(name[1:]): key for name, key in wrapping.items()} or {1: b"w" * 32})


@pytest.mark.parametrize("cipher", CIPHERS)
@given(st.text(st.characters(codec="utf-8")))
def test_what_was_sealed_can_be_opened(cipher: CipherName, text: str) -> None:
    assert _ring(cipher).unseal(PLACE, _ring(cipher).seal(PLACE, text)) == text


@pytest.mark.parametrize("cipher", CIPHERS)
def test_equal_texts_are_sealed_differently_and_show_nothing(cipher: CipherName) -> None:
    one, two = (_ring(cipher).seal(PLACE, "+8613800138000") for _ in range(2))
    assert one != two
    assert b"138" not in one


@pytest.mark.parametrize("cipher", CIPHERS)
def test_in_another_place_it_is_unreadable(cipher: CipherName) -> None:
    sealed = _ring(cipher).seal(PLACE, "text")
    for elsewhere in (
        place("baby", "phone_sealed", "row", "owner"),
        place("member", "profile_sealed", "row", "owner"),
        place("member", "phone_sealed", "another", "owner"),
        place("member", "phone_sealed", "row", "another"),
        "",
    ):
        with pytest.raises(Unreadable):
            _ring(cipher).unseal(elsewhere, sealed)


@pytest.mark.parametrize("cipher", CIPHERS)
def test_with_another_key_it_is_unreadable(cipher: CipherName) -> None:
    with pytest.raises(Unreadable):
        _ring(cipher, _1=bytes(32)).unseal(PLACE, _ring(cipher).seal(PLACE, "text"))


@pytest.mark.parametrize("damage", [b"", b"\0", b"\0\x01", b"\0\x01short", b"\0\x01" + b"x" * 28])
@pytest.mark.parametrize("algorithm", [b"", b"\0", b"\x01", b"\x02", b"\x03"])
def test_what_is_too_short_or_foreign_is_unreadable(algorithm: bytes, damage: bytes) -> None:
    with pytest.raises(Unreadable):
        _ring().unseal(PLACE, algorithm + damage)


@pytest.mark.parametrize("cipher", CIPHERS)
def test_every_changed_bit_is_noticed(cipher: CipherName) -> None:
    """In the header too: neither another algorithm nor another version can be made of it."""
    ring = _ring(cipher, _3=KEY, _2=KEY, _1=KEY)
    sealed = ring.seal(PLACE, "text")
    for bit in range(8 * len(sealed)):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Unreadable):
            ring.unseal(PLACE, bytes(changed))


def test_the_header_says_algorithm_and_version_and_both_are_vouched_for() -> None:
    """The same key under two versions and both ciphers: only the header's place in the tag keeps them apart."""
    sealed = {cipher: _ring(cipher, _2=KEY, _1=KEY).seal(PLACE, "text") for cipher in CIPHERS}
    assert {cipher: value[:3] for cipher, value in sealed.items()} == {
        "aes-256-gcm": b"\x01\0\x02",
        "sm4-gcm": b"\x02\0\x02",
    }
    for value in sealed.values():
        assert _ring(_2=KEY, _1=KEY).unseal(PLACE, value) == "text"
        for header in (b"\x01\0\x01", b"\x02\0\x01", bytes([3 - value[0]]) + b"\0\x02"):
            with pytest.raises(Unreadable):
                _ring(_2=KEY, _1=KEY).unseal(PLACE, header + value[3:])


def test_both_ciphers_are_read_whichever_is_set(settings: Settings) -> None:
    aes, sm4 = (_vault(settings, cipher=cipher) for cipher in CIPHERS)
    for writer, reader in ((aes, sm4), (sm4, aes)):
        keyring, stored = writer.new_keyring()
        assert reader.keyring(stored).unseal(PLACE, keyring.seal(PLACE, "text")) == "text"


def test_keys_are_derived_as_rfc_5869_says() -> None:
    assert ciphers.derived(KEY, b"purpose") == HKDFExpand(SHA256(), 32, b"purpose").derive(KEY)


def test_the_newest_version_seals_and_all_of_them_open() -> None:
    old, both = _ring(_1=KEY), _ring(_2=bytes(32), _1=KEY)
    before, after = old.seal(PLACE, "before"), both.seal(PLACE, "after")
    assert (both.unseal(PLACE, before), both.unseal(PLACE, after)) == ("before", "after")
    assert (both.is_current(before), both.is_current(after)) == (False, True)
    with pytest.raises(Unreadable):
        old.unseal(PLACE, after)
    with pytest.raises(Unreadable):
        _ring(_2=bytes(32)).unseal(PLACE, before)


def test_a_keyring_comes_back_from_its_wrapping(settings: Settings) -> None:
    vault = _vault(settings)
    keyring, stored = vault.new_keyring()
    assert vault.keyring(stored).unseal(PLACE, keyring.seal(PLACE, "text")) == "text"
    with pytest.raises(Unreadable):
        vault.keyring(vault.new_keyring()[1]).unseal(PLACE, keyring.seal(PLACE, "text"))


def test_a_keyring_grows_in_front_and_shrinks_to_its_newest(settings: Settings) -> None:
    vault = _vault(settings)
    first, stored = vault.new_keyring()
    grown = vault.grown(stored)
    both, shrunk = vault.keyring(grown), vault.keyring(vault.shrunk(grown))
    before, after = first.seal(PLACE, "before"), both.seal(PLACE, "after")
    assert (first.newest, both.newest, shrunk.newest) == (1, 2, 2)
    assert both.unseal(PLACE, before) == "before"
    assert shrunk.unseal(PLACE, after) == "after"
    with pytest.raises(Unreadable):
        shrunk.unseal(PLACE, before)


def test_versions_begin_anew_when_two_bytes_are_used_up(settings: Settings) -> None:
    vault = _vault(settings)
    stored = vault._wrap({0xFFFF: KEY})
    assert vault.keyring(vault.grown(stored)).newest == 1


def test_the_highest_wrapping_key_wraps_and_all_of_them_open(settings: Settings) -> None:
    one, both = _vault(settings, _1=b"1" * 32), _vault(settings, _1=b"1" * 32, _2=b"2" * 32)
    keyring, stored = one.new_keyring()
    sealed = keyring.seal(PLACE, "text")
    again = both.grown(stored)
    assert both.keyring(stored).unseal(PLACE, sealed) == both.keyring(again).unseal(PLACE, sealed) == "text"
    with pytest.raises(Unreadable):
        one.keyring(again)


def test_without_the_wrapping_key_nothing_opens(settings: Settings) -> None:
    vault, other = _vault(settings), _vault(settings, _1=b"x" * 32)
    _, stored = vault.new_keyring()
    sealed = vault.house.seal(place("virtual_good", "content", 1, HOUSE), "text")
    for attempt in (
        lambda: other.keyring(stored),
        lambda: other.house.unseal(place("virtual_good", "content", 1, HOUSE), sealed),
    ):
        with pytest.raises(Unreadable):
            attempt()


def test_a_wrapping_under_a_borrowed_id_or_damaged_is_unreadable(settings: Settings) -> None:
    vault = _vault(settings, _1=b"1" * 32, _2=b"1" * 32)
    _, stored = vault.new_keyring()
    assert stored[:3] == b"\x01\0\x02"
    for damaged in (b"\x01\0\x01" + stored[3:], b"\x02" + stored[1:], stored[:-1], b"", b"\x01", stored[:3]):
        with pytest.raises(Unreadable):
            vault.keyring(damaged)


def test_a_keyring_is_no_value_and_a_value_no_keyring(settings: Settings) -> None:
    """Copied into the column of keys, a sealed value opens nothing, and keys can't be read as a text."""
    vault = _vault(settings)
    keyring, stored = vault.new_keyring()
    with pytest.raises(Unreadable):
        vault.keyring(vault.house.seal("data_key", "text"))
    for ring in (keyring, vault.house):
        with pytest.raises(Unreadable):
            ring.unseal("data_key", stored)


def test_the_house_seals_what_belongs_to_nobody(settings: Settings) -> None:
    one, both = _vault(settings, _1=b"1" * 32), _vault(settings, _1=b"1" * 32, _2=b"2" * 32)
    good = place("virtual_good", "content", uuid4(), HOUSE)
    sealed = one.house.seal(good, "CODE-1")
    assert both.house.unseal(good, sealed) == "CODE-1"
    assert not both.house.is_current(sealed)
    assert both.house.is_current(both.house.seal(good, "CODE-1"))
    with pytest.raises(Unreadable):
        both.house.unseal(place("virtual_good", "content", uuid4(), HOUSE), sealed)


def test_an_unknown_wrapping_key_is_looked_for_once_more(settings: Settings) -> None:
    new, old = _vault(settings, _1=b"1" * 32, _2=b"2" * 32), _vault(settings, _1=b"1" * 32)
    keyring, stored = new.new_keyring()
    asked: list[int] = []

    def look_again(unknown: int) -> dict[int, bytes]:
        asked.append(unknown)
        return {1: b"1" * 32, 2: b"2" * 32}

    old.look_again = look_again
    assert old.keyring(stored).unseal(PLACE, keyring.seal(PLACE, "text")) == "text"
    assert old.current == 2, "and wraps with it from now on"
    old.keyring(stored)
    assert asked == [2]


def test_the_blind_index_finds_equals_and_only_equals(settings: Settings) -> None:
    vault = _vault(settings)
    index = vault.index("phone", "+8613800138000")
    assert len(index) == 32
    assert index == _vault(settings, _2=b"2" * 32).index("phone", "+8613800138000"), "rotation keeps it"
    assert index != vault.index("phone", "+8613800138001")
    assert index != vault.index("openid", "+8613800138000"), "fields do not mix"
    assert index != _vault(settings, index_key=b"j" * 32).index("phone", "+8613800138000")
