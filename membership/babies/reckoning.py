"""What follows from the days she gives: the due date from the last period, and how far a pregnancy came at birth.

Whatever was reckoned is reckoned anew when a day is corrected; what she said herself stays.
"""

from datetime import date
from typing import Any

from foundation import clock
from foundation.errors import FieldError, Invalid
from membership.babies import ages
from membership.babies.details import BabyDetails

CYCLE_DAYS = range(20, 46)

MUCH_TOO_EARLY = "这一天比预想的早很多。如果填错了，改一下就好；如果不想再收到宝宝内容，可以随时停止，什么都不用再填。"
"""A birth that early is most often a loss."""
WEEKS_TOO_EARLY = "出生孕周从22周开始。如果填错了，改一下就好；如果不想再收到宝宝内容，可以随时停止，什么都不用再填。"
TOO_FAR_APART = "出生日期和预产期相差太多，请检查一下"


def reckon_due_date(values: dict[str, Any], until: date | None = None) -> list[FieldError]:
    """Fills in the due date from the last period, unless she or an ultrasound says another; what is wrong with what it
    comes from. `until`: the birth; None: it has not come."""
    errors = []
    last_period, cycle = values["last_period"], values["cycle_days"]
    if cycle is not None and cycle not in CYCLE_DAYS:
        errors.append(FieldError("cycle_days", "月经周期一般在20到45天之间，请检查一下"))
        cycle = None
    if last_period is not None and not _within_pregnancy(((until or clock.today()) - last_period).days):
        return [*errors, FieldError("last_period", "末次月经日期不太对，请检查一下")]
    said = values["due_date"] is not None and values["due_date_from"] in (None, "said", "ultrasound")
    if said:
        values["due_date_from"] = values["due_date_from"] or "said"
    elif last_period is not None:
        values["due_date"] = ages.due_date(last_period, cycle or ages.USUAL_CYCLE_DAYS)
        values["due_date_from"] = "last_period"
    return errors


def gestation_at_birth(due: date | None, birth: date, said: int | None) -> int | None:
    """What she says of it, or what the due date tells; None when neither is known. Raises `Invalid`."""
    if said is not None or due is None:
        days, errors = said, check_gestation_at_birth(said)
    else:
        days = ages.gestation_days(due, birth)
        # She typed a day and no weeks.
        early = days < ages.EARLIEST_BIRTH_DAYS
        sentence = MUCH_TOO_EARLY if early else TOO_FAR_APART
        errors = [FieldError("birth_date", sentence)] if check_gestation_at_birth(days) else []
    if errors:
        raise Invalid(errors=errors)
    return days


def check_gestation_at_birth(days: int | None) -> list[FieldError]:
    if days is None or ages.EARLIEST_BIRTH_DAYS <= days <= ages.LONGEST_PREGNANCY_DAYS:
        return []
    if days < ages.EARLIEST_BIRTH_DAYS:
        return [FieldError("gestation_days_at_birth", WEEKS_TOO_EARLY)]
    return [FieldError("gestation_days_at_birth", "出生孕周应在22到44周之间，请检查一下")]


def say_gestation(values: dict[str, Any], before: BabyDetails | None) -> None:
    """Notes that she said how far the pregnancy came. A form that sends back what was reckoned says nothing."""
    days = values["gestation_days_at_birth"]
    if days is None:
        values["gestation_from"] = None
        return
    if before is None:
        values["gestation_from"] = values["gestation_from"] or "said"
    elif days != before.gestation_days_at_birth:
        values["gestation_from"] = "said"


def correct_gestation(values: dict[str, Any], before: BabyDetails) -> list[FieldError]:
    """Reckons anew after a correction of the birth date or the due date; what is wrong with the corrected day."""
    birth, due = values["birth_date"], values["due_date"]
    reckoned = _was_reckoned(before) and values["gestation_days_at_birth"] == before.gestation_days_at_birth
    if due != before.due_date or (reckoned and birth != before.birth_date):
        days = ages.gestation_days(due, birth) if due is not None else _moved(before, birth)
        if reckoned:
            values |= {"gestation_days_at_birth": days, "gestation_from": "due_date"}
        if check_gestation_at_birth(days):
            return [FieldError(_corrected(values, before), TOO_FAR_APART)]
    return []


def _was_reckoned(before: BabyDetails) -> bool:
    if before.gestation_from is None and before.due_date is not None and before.birth_date is not None:
        # Written before it was noted where it came from: then what the due date tells was not typed.
        return before.gestation_days_at_birth == ages.gestation_days(before.due_date, before.birth_date)
    return before.gestation_from == "due_date"


def _moved(before: BabyDetails, birth: date) -> int:
    """Its due date is void by now, but so many days later means a pregnancy so much longer."""
    assert before.gestation_days_at_birth is not None and before.birth_date is not None, "it was reckoned"
    return before.gestation_days_at_birth + (birth - before.birth_date).days


def _corrected(values: dict[str, Any], before: BabyDetails) -> str:
    names = ("birth_date", "due_date", "last_period", "cycle_days")
    # A due date that follows from the last period was not typed.
    typed = [name for name in names if name != "due_date" or values["due_date_from"] != "last_period"]
    return next((name for name in typed if values[name] != getattr(before, name)), "due_date")


def _within_pregnancy(days: int) -> bool:
    return 0 <= days <= ages.LONGEST_PREGNANCY_DAYS + CYCLE_DAYS.stop - ages.USUAL_CYCLE_DAYS
