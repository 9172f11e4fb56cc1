"""What may be written about a baby: plausible days, known codes, clean text; every complaint names its field."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from foundation import clock
from foundation.errors import FieldError, Invalid
from membership.babies import ages
from membership.babies.details import ALLERGENS, BabyDetails
from membership.babies.errors import BabyTooOld
from membership.babies.reckoning import (
    check_gestation_at_birth,
    correct_gestation,
    reckon_due_date,
    say_gestation,
)

OLDEST_MONTHS = 6 * 12
LONGEST_NICKNAME = 20
LONGEST_NOTE = 200
LONGEST_SKU = 64
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
JOINER = "\u200d"
"""Holds an emoji such as a family together; the only format character a text may contain."""

LINE_END = re.compile(r"\r\n?")
NAMELESS = "宝宝"
"""What a plan is called until she says otherwise."""
ANOTHER_NAME = "请给每个宝宝取一个不同的小名"
PREGNANCY = ("last_period", "cycle_days", "due_date", "due_date_from")
ONLY_BORN = (
    "gestation_days_at_birth",
    "feeding",
    "formula_share_percent",
    "allergies",
    "allergy_note",
    "formula_sku",
    "formula_stage",
)


def checked(details: BabyDetails, before: BabyDetails | None = None) -> BabyDetails:
    """The details as they are stored: trimmed, due date and gestation reckoned. `before`: what stands there now, whose
    days are not judged again. Raises `Invalid` that names every bad field, `BabyTooOld`."""
    values: dict[str, Any] = msgspec.structs.asdict(details)
    if details.trying and not details.nickname:
        values["nickname"] = NAMELESS
    errors = _text_errors(values)
    if details.trying:
        errors += _trying_errors(values)
    elif details.birth_date:
        errors += _birth_errors(values, before)
    else:
        errors += _pregnancy_errors(values, before)
    errors += [] if details.trying else _care_errors(details)
    if errors:
        raise Invalid(errors=errors)
    values["allergies"] = tuple(sorted(set(details.allergies)))
    return BabyDetails(**values)


def check_birth_date(birth: date) -> list[FieldError]:
    """What is wrong with the day of a birth. Raises `BabyTooOld` for a child of six years and more."""
    today = clock.today()
    if birth > today:
        return [FieldError("birth_date", "出生日期在今天之后，还没出生的宝宝请填写预产期")]
    if ages.months(birth, today).months >= OLDEST_MONTHS:
        raise BabyTooOld
    return []


def _trying_errors(values: dict[str, Any]) -> list[FieldError]:
    empty = msgspec.structs.asdict(BabyDetails(nickname="", trying=True))
    known = [name for name, nothing in empty.items() if name != "nickname" and values[name] != nothing]
    return [FieldError(name, "还在备孕，怀孕或宝宝出生后就可以填写这一项了") for name in known]


def _birth_errors(values: dict[str, Any], before: BabyDetails | None) -> list[FieldError]:
    errors = check_gestation_at_birth(values["gestation_days_at_birth"])
    birth = values["birth_date"]
    if before is None or before.birth_date != birth:
        errors += check_birth_date(birth)
    say_gestation(values, before)
    changed = [name for name in PREGNANCY if values[name] != (getattr(before, name) if before else None)]
    if changed and before is not None and before.due_date is not None:
        errors += reckon_due_date(values, birth)
    else:  # of who was not expected here, and a year after the birth, nothing is kept of a pregnancy
        errors += [FieldError(name, "宝宝已经出生，无需再填写孕期信息") for name in changed]
    return errors if errors or before is None else correct_gestation(values, before)


def _pregnancy_errors(values: dict[str, Any], before: BabyDetails | None) -> list[FieldError]:
    errors = [FieldError(name, "宝宝出生后就可以填写这一项了") for name in ONLY_BORN if values[name] not in (None, ())]
    errors += reckon_due_date(values)
    if any(error.field == "last_period" for error in errors):
        return errors
    due = values["due_date"]
    if due is None:
        return [*errors, FieldError("due_date", "请填写预产期、末次月经，或宝宝的出生日期")]
    if before is not None and before.due_date == due:
        return errors
    return errors + _due_date_errors(due)


def _due_date_errors(due: date) -> list[FieldError]:
    days = ages.gestation_days(due, clock.today())
    if days < 0:
        return [FieldError("due_date", "预产期离今天太远了，一般在280天以内，请检查一下")]
    if days > ages.LONGEST_PREGNANCY_DAYS:
        return [FieldError("due_date", "预产期已经过去较久，请检查一下；如果宝宝已出生，请填写出生日期")]
    return []


def _care_errors(details: BabyDetails) -> list[FieldError]:
    errors = []
    share = details.formula_share_percent
    if share is not None and details.feeding != "mixed":
        errors.append(FieldError("formula_share_percent", "只有混合喂养需要填写奶粉占比"))
    elif share is not None and not 1 <= share <= 99:
        errors.append(FieldError("formula_share_percent", "奶粉占比应在1%到99%之间"))
    if details.formula_stage is not None and not 1 <= details.formula_stage <= 4:
        errors.append(FieldError("formula_stage", "奶粉段位应在1到4段之间"))
    if any(code not in ALLERGENS for code in details.allergies):
        errors.append(FieldError("allergies", "请从列表中选择过敏原，其他情况可以写在备注里"))
    return errors


def _text_errors(values: dict[str, Any]) -> list[FieldError]:
    errors = []
    for name, most in (("nickname", LONGEST_NICKNAME), ("allergy_note", LONGEST_NOTE), ("formula_sku", LONGEST_SKU)):
        if values[name] is None:
            continue
        text = values[name] = LINE_END.sub("\n", unicodedata.normalize("NFC", values[name])).strip()
        if len(text) > most:
            errors.append(FieldError(name, f"最多{most}个字"))
        elif not text or all(unicodedata.category(each) in UNSEEN | {"Zs"} for each in text):
            errors.append(FieldError(name, "不能为空"))
        elif any(unicodedata.category(each) in UNSEEN and each not in _allowed(name) for each in text):
            errors.append(FieldError(name, "含有不支持的字符"))
    return errors


def _allowed(name: str) -> str:
    """A note is written into a field of several lines."""
    return f"{JOINER}\n" if name == "allergy_note" else JOINER


def require_told_apart(babies: Sequence[BabyDetails]) -> None:
    """Twins need a nickname each. Raises `Invalid` that names every one that repeats another."""
    known = set()
    errors = []
    for number, baby in enumerate(babies):
        called = (baby.nickname, baby.birth_date, baby.due_date)
        if called in known and not baby.trying:  # of plans there is one at a time, whatever they are called
            errors.append(FieldError(f"babies[{number}].nickname", ANOTHER_NAME))
        known.add(called)
    if errors:
        raise Invalid(errors=errors)
