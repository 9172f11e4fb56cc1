"""Phone numbers: E.164 inside, masked outside, found by their blind index."""

import re

import phonenumbers

from foundation.errors import FieldError, Invalid
from foundation.secrets import vault

CHINA = 86
TYPED = re.compile(r"\+?[0-9]{5,17}")
CHINESE_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def parse_phone(text: str, field: str = "phone") -> str:
    """What a clerk typed as E.164; without `+` it is a number of the Chinese mainland, and must be a mobile one.

    Raises `Invalid` that names `field`.
    """
    typed = text.replace(" ", "").replace("-", "")
    wrong = Invalid(errors=[FieldError(field, "手机号格式不正确")])
    if not TYPED.fullmatch(typed):
        raise wrong
    try:
        number = phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException:
        raise wrong from None
    national = phonenumbers.national_significant_number(number)
    if number.country_code == CHINA:
        usable = CHINESE_MOBILE.fullmatch(national) is not None
    else:
        usable = phonenumbers.is_possible_number(number)
    if not usable:
        raise wrong
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mask_phone(e164: str) -> str:
    """First three and last two digits: `156******77`. Numbers from elsewhere keep their country code in front."""
    number = phonenumbers.parse(e164)
    national = phonenumbers.national_significant_number(number)
    shown = 3 if len(national) >= 8 else 0
    masked = national[:shown] + "*" * (len(national) - shown - 2) + national[-2:]
    return masked if number.country_code == CHINA else f"+{number.country_code} {masked}"


def phone_index(e164: str) -> bytes:
    """The blind index by which a phone is found."""
    return vault().index("phone", e164)
