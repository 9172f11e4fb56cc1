"""Phones: what a clerk types becomes E.164 or is refused; what is shown is masked."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.settings import Settings
from membership.members import mask_phone, parse_phone, phone_index

chinese = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("+8613800138000", "+8613800138000"),
        ("+85291234567", "+85291234567"),
    ],
)
def test_what_a_clerk_types(typed: str, e164: str) -> None:
    assert parse_phone(typed) == e164


@pytest.mark.parametrize(
    "typed",
    ["", "1", "12345678901", "1380013800", "138001380000", "02112345678", "１３８００１３８０００", "138x0138000",
     "+86138001380001", "tel:13800138000", "+999123456789", "1380013800\x00"],
)  # fmt: skip
def test_what_is_no_mobile_number(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_phone(typed, "buyer.phone")
    assert [error.field for error in refused.value.errors] == ["buyer.phone"]


@given(chinese)
def test_three_and_two_digits_are_shown(phone: str) -> None:
    masked = mask_phone(parse_phone(phone))
    assert masked == f"{phone[:3]}******{phone[-2:]}"


def test_numbers_from_elsewhere_keep_their_country() -> None:
    assert mask_phone("+85291234567") == "+852 912***67"
    assert mask_phone("+6831234") == "+683 **34"


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_no_number_is_shown_whole(region: str) -> None:
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if example is None:
        return
    masked = mask_phone(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))
    assert masked.count("*") >= 2


async def test_one_phone_has_one_index(world: Settings) -> None:
    assert phone_index(parse_phone("138 0013 8000")) == phone_index("+8613800138000")
    assert phone_index("+8613800138000") != phone_index("+8613800138001")
