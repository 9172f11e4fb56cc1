"""The profile: what a mother tells about herself. Two fields are asked for, the others may stay empty for ever."""

import unicodedata
from datetime import date
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from foundation import clock
from foundation.errors import FieldError, Invalid

Relation = Literal["mother", "father", "grandparent", "other"]
"""What the member is to the baby."""

HeardFrom = Literal["store", "friend", "wechat", "hospital", "other"]
"""How she came to us."""

REQUIRED = ("nickname", "relation")
OPTIONAL = ("birthday", "city", "how_heard")

EARLIEST_BIRTHDAY = date(1900, 1, 1)
GUARDED_AGE_MONTHS = 14 * 12
"""Data of a child below this age needs a guardian's separate consent, which a profile is not."""

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
JOINER = "\u200d"
"""Holds an emoji such as a family together; the only format character a name may contain."""


class Profile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is stored, sealed as one."""

    nickname: str | None = None
    relation: Relation | None = None
    birthday: date | None = None
    city: str | None = None
    how_heard: HeardFrom | None = None

    @property
    def missing_required(self) -> list[str]:
        return [name for name in REQUIRED if getattr(self, name) is None]

    @property
    def missing_optional(self) -> list[str]:
        return [name for name in OPTIONAL if getattr(self, name) is None]


class ProfileChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written: a field that is not set stays as it is, an optional one that is None is emptied."""

    nickname: str | UnsetType = UNSET
    relation: Relation | UnsetType = UNSET
    birthday: date | UnsetType | None = UNSET
    city: str | UnsetType | None = UNSET
    how_heard: HeardFrom | UnsetType | None = UNSET


def changed(profile: Profile, changes: ProfileChanges) -> Profile:
    """The profile after the changes. Raises `Invalid` that names every field that can't be used."""
    errors: list[FieldError] = []
    values = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    for name in ("nickname", "city"):
        if isinstance(values.get(name), str):
            values[name] = unicodedata.normalize("NFC", values[name]).strip()
            errors += _text_errors(name, values[name])
    if isinstance(birthday := values.get("birthday"), date):
        errors += _birthday_errors(birthday)
    if errors:
        raise Invalid(errors=errors)
    return msgspec.structs.replace(profile, **values)


def mask_name(nickname: str | None) -> str:
    """What a till shows of her: the first character of her nickname, or 会员."""
    return f"{nickname[0]}**" if nickname else "会员"


def _text_errors(name: str, text: str) -> list[FieldError]:
    if all(unicodedata.category(character) in UNSEEN for character in text):
        return [FieldError(name, "不能为空")]
    if any(unicodedata.category(character) in UNSEEN - {"Zs"} and character != JOINER for character in text):
        return [FieldError(name, "含有不支持的字符")]
    return []


def _birthday_errors(birthday: date) -> list[FieldError]:
    if birthday < EARLIEST_BIRTHDAY or birthday > clock.today():
        return [FieldError("birthday", "生日不正确")]
    if clock.add_months(birthday, GUARDED_AGE_MONTHS) > clock.today():
        return [FieldError("birthday", "请填写您本人的生日，而不是宝宝的")]
    return []
