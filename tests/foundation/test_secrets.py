"""Sealed fields: bound to their place, unreadable without the key, found without being read."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.secrets import Unreadable, Vault, seal, unseal
from foundation.settings import Key, Settings

KEY = bytes(range(32))


def _vault(settings: Settings, *keys: Key, index_key: bytes = b"i" * 32) -> Vault:
    return Vault(msgspec.structs.replace(settings, encryption_keys=keys, index_key=index_key))


@given(st.text(st.characters(codec="utf-8")))
def test_what_was_sealed_can_be_opened(text: str) -> None:
    assert unseal(KEY, seal(KEY, text, "member.phone:1"), "member.phone:1") == text


def test_equal_texts_are_sealed_differently_and_show_nothing() -> None:
    one, two = (seal(KEY, "+8613800138000", "c") for _ in range(2))
    assert one != two
    assert b"138" not in one


def test_in_another_place_it_is_unreadable() -> None:
    sealed = seal(KEY, "text", "member.phone:1")
    for context in ("member.phone:2", "member.name:1", ""):
        with pytest.raises(Unreadable):
            unseal(KEY, sealed, context)


def test_with_another_key_it_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        unseal(bytes(32), seal(KEY, "text", "c"), "c")


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 12, b"x" * 28])
def test_what_is_too_short_or_foreign_is_unreadable(damage: bytes) -> None:
    with pytest.raises(Unreadable):
        unseal(KEY, damage, "c")


def test_every_changed_byte_is_noticed() -> None:
    sealed = seal(KEY, "text", "c")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Unreadable):
            unseal(KEY, bytes(changed), "c")


def test_a_data_key_comes_back_from_its_wrapping(settings: Settings) -> None:
    vault = _vault(settings, Key("k1", b"1" * 32))
    plain, wrapped = vault.new_data_key()
    assert len(plain) == 32
    assert plain not in wrapped
    assert vault.unwrap(wrapped) == plain
    assert vault.new_data_key()[0] != plain


def test_wrapping_keys_rotate(settings: Settings) -> None:
    old, new = Key("k1", b"1" * 32), Key("k2", b"2" * 32)
    plain, wrapped = _vault(settings, old).new_data_key()
    both = _vault(settings, new, old)
    assert both.unwrap(wrapped) == plain, "the old key still opens"
    again = both.wrap(both.unwrap(wrapped))
    assert again.startswith(b"k2\0"), "the new key wraps"
    only_new = _vault(settings, new)
    assert only_new.unwrap(again) == plain
    with pytest.raises(Unreadable):
        only_new.unwrap(wrapped)


def test_a_wrapping_under_a_borrowed_name_is_unreadable(settings: Settings) -> None:
    """Key ids are bound to the ciphertext: renaming it to another key, or reusing an id, opens nothing."""
    one, two = Key("k1", b"1" * 32), Key("k2", b"1" * 32)
    vault = _vault(settings, one, two)
    _, wrapped = vault.new_data_key()
    with pytest.raises(Unreadable):
        vault.unwrap(wrapped.replace(b"k1\0", b"k2\0", 1))
    with pytest.raises(Unreadable):
        _vault(settings, Key("k1", b"9" * 32)).unwrap(wrapped)
    for damaged in (b"", b"k1", b"k1\0", b"\xff\0x", wrapped[:-1]):
        with pytest.raises(Unreadable):
            vault.unwrap(damaged)


def test_the_blind_index_finds_equals_and_only_equals(settings: Settings) -> None:
    vault = _vault(settings, Key("k1", b"1" * 32))
    index = vault.index("phone", "+8613800138000")
    assert len(index) == 32
    assert index == _vault(settings, Key("k2", b"2" * 32)).index("phone", "+8613800138000"), "rotation keeps it"
    assert index != vault.index("phone", "+8613800138001")
    assert index != vault.index("openid", "+8613800138000"), "fields do not mix"
    assert index != _vault(settings, Key("k1", b"1" * 32), index_key=b"j" * 32).index("phone", "+8613800138000")
