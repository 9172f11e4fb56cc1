"""What may be written about a baby: plausible days, known codes, clean text; every complaint names its field."""

import unicodedata
from datetime import date
from typing import Any

import msgspec

from foundation import clock
from foundation.errors import FieldError, Invalid
from membership.babies import ages
from membership.babies.details import ALLERGENS, BabyDetails
from membership.babies.errors import BabyTooOld

OLDEST_MONTHS = 6 * 12
LONGEST_PREGNANCY_DAYS = 44 * 7
"""Beyond it a due date was mistaken, or the birth has not been written down."""
SHORTEST_PREGNANCY_DAYS = 22 * 7
CYCLE_DAYS = range(20, 46)
LONGEST_NICKNAME = 20
LONGEST_NOTE = 200
LONGEST_SKU = 64
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
JOINER = "\u200d"
"""Holds an emoji such as a family together; the only format character a text may contain."""

ONLY_PREGNANT = ("last_period", "cycle_days")
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
    """The details as they are stored: trimmed, the due date reckoned. `before`: what stands there now, whose days are
    not judged again. Raises `Invalid` that names every bad field, `BabyTooOld`."""
    values: dict[str, Any] = msgspec.structs.asdict(details)
    errors = _text_errors(values)
    errors += _birth_errors(details, before) if details.birth_date else _pregnancy_errors(values, before)
    errors += _care_errors(details)
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


def check_gestation_at_birth(days: int | None) -> list[FieldError]:
    if days is None or SHORTEST_PREGNANCY_DAYS <= days <= LONGEST_PREGNANCY_DAYS:
        return []
    return [FieldError("gestation_days_at_birth", "出生孕周应在22到44周之间，请检查一下")]


def _birth_errors(details: BabyDetails, before: BabyDetails | None) -> list[FieldError]:
    errors = check_gestation_at_birth(details.gestation_days_at_birth)
    if details.birth_date and (before is None or before.birth_date != details.birth_date):
        errors += check_birth_date(details.birth_date)
    pregnancy = (*ONLY_PREGNANT, "due_date", "due_date_from")
    changed = [name for name in pregnancy if getattr(details, name) != (getattr(before, name) if before else None)]
    return errors + [FieldError(name, "宝宝已经出生，无需再填写孕期信息") for name in changed]


def _pregnancy_errors(values: dict[str, Any], before: BabyDetails | None) -> list[FieldError]:
    errors = [FieldError(name, "宝宝出生后就可以填写这一项了") for name in ONLY_BORN if values[name] not in (None, ())]
    last_period, cycle = values["last_period"], values["cycle_days"]
    if cycle is not None and cycle not in CYCLE_DAYS:
        errors.append(FieldError("cycle_days", "月经周期一般在20到45天之间，请检查一下"))
        cycle = None
    if last_period is not None and not _within_pregnancy((clock.today() - last_period).days):
        return [*errors, FieldError("last_period", "末次月经日期不太对，请检查一下")]
    _reckon_due_date(values, last_period, cycle)
    due = values["due_date"]
    if due is None:
        return [*errors, FieldError("due_date", "请填写预产期、末次月经，或宝宝的出生日期")]
    if before is not None and before.due_date == due:
        return errors
    return errors + _due_date_errors(due)


def _reckon_due_date(values: dict[str, Any], last_period: date | None, cycle: int | None) -> None:
    """From the last period, unless she or an ultrasound says another."""
    said = values["due_date"] is not None and values["due_date_from"] in (None, "said", "ultrasound")
    if said:
        values["due_date_from"] = values["due_date_from"] or "said"
    elif last_period is not None:
        values["due_date"] = ages.due_date(last_period, cycle or ages.USUAL_CYCLE_DAYS)
        values["due_date_from"] = "last_period"


def _due_date_errors(due: date) -> list[FieldError]:
    days = ages.gestation_days(due, clock.today())
    if days < 0:
        return [FieldError("due_date", "预产期离今天太远了，一般在280天以内，请检查一下")]
    if days > LONGEST_PREGNANCY_DAYS:
        return [FieldError("due_date", "预产期已经过去较久，请检查一下；如果宝宝已出生，请填写出生日期")]
    return []


def _within_pregnancy(days: int) -> bool:
    return 0 <= days <= LONGEST_PREGNANCY_DAYS + CYCLE_DAYS.stop - ages.USUAL_CYCLE_DAYS


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
        text = values[name] = unicodedata.normalize("NFC", values[name]).strip()
        if len(text) > most:
            errors.append(FieldError(name, f"最多{most}个字"))
        elif not text or all(unicodedata.category(each) in UNSEEN | {"Zs"} for each in text):
            errors.append(FieldError(name, "不能为空"))
        elif any(unicodedata.category(each) in UNSEEN and each != JOINER for each in text):
            errors.append(FieldError(name, "含有不支持的字符"))
    return errors


def same_baby(one: BabyDetails, other: BabyDetails) -> bool:
    """Whether adding `other` beside `one` would only repeat it: a second tap, and no twin, who has another name."""
    return (one.nickname, one.birth_date, one.due_date) == (other.nickname, other.birth_date, other.due_date)


def gestation_at_birth(due: date | None, birth: date, said: int | None) -> int | None:
    """What she says of it, or what the due date tells; None when neither is known. Raises `Invalid`."""
    if said is not None or due is None:
        days, field = said, "gestation_days_at_birth"
    else:
        days, field = ages.gestation_days(due, birth), "birth_date"
    if errors := check_gestation_at_birth(days):
        raise Invalid(errors=[FieldError(field, errors[0].message)])
    return days
