"""What was measured on one day: grams and millimetres, and how the length was taken."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from foundation import clock
from foundation.errors import FieldError, Invalid
from membership import babies
from membership.growth.models import SEALED_LENGTH
from membership.growth.scoring import Posture

TABLE = "growth_record"

LAST_MONTH = 7 * 12
"""Measurements of older children are not taken."""

BOUNDS: Mapping[str, tuple[int, int, str]] = {
    "weight_g": (200, 80_000, "体重应在0.2到80公斤之间（单位：克），请检查后再填"),
    "length_mm": (200, 1_500, "身长（身高）应在20到150厘米之间（单位：毫米），请检查后再填"),
    "head_mm": (120, 700, "头围应在12到70厘米之间（单位：毫米），请检查后再填"),
}
"""Beyond these there is no child: refused. What is within them and unlikely is kept, and the mother is asked."""


class Measurement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """At least one of weight (grams), length or height and head circumference (millimetres). Never logged."""

    measured_on: date
    weight_g: int | None = None
    length_mm: int | None = None
    posture: Posture | None = None
    """How the length was taken; None: as the standard does at that age."""
    head_mm: int | None = None
    confirmed: bool = False
    """She looked again at what seemed implausible, and it is right."""

    def __repr__(self) -> str:
        """Tells nothing: a representation ends in logs and tracebacks."""
        return "Measurement(…)"


class MeasurementChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written: a field that is not set stays as it is, one that is None is emptied."""

    measured_on: date | UnsetType = UNSET
    weight_g: int | UnsetType | None = UNSET
    length_mm: int | UnsetType | None = UNSET
    posture: Posture | UnsetType | None = UNSET
    head_mm: int | UnsetType | None = UNSET
    confirmed: bool | UnsetType = UNSET

    def __repr__(self) -> str:
        """Tells nothing, as above."""
        return "MeasurementChanges(…)"


def changed(old: Measurement, changes: MeasurementChanges) -> Measurement:
    """With the changes; a confirmation is of the numbers it was given for and goes with them."""
    given: dict[str, Any] = {
        name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET
    }
    new = msgspec.structs.replace(old, **given)
    same = msgspec.structs.replace(new, confirmed=old.confirmed) == old
    return new if same or "confirmed" in given else msgspec.structs.replace(new, confirmed=False)


def checked(measurement: Measurement, birth: date) -> Measurement:
    """As it is kept. Raises `Invalid` that names every field that can't be."""
    errors = [
        FieldError(name, sentence)
        for name, (least, most, sentence) in BOUNDS.items()
        if (value := getattr(measurement, name)) is not None and not least <= value <= most
    ]
    if all(getattr(measurement, name) is None for name in BOUNDS):
        errors.append(FieldError("weight_g", "体重、身长、头围请至少填写一项"))
    if wrong := _wrong_day(measurement.measured_on, birth):
        errors.append(FieldError("measured_on", wrong))
    if errors:
        raise Invalid(errors=errors)
    return measurement if measurement.length_mm is not None else msgspec.structs.replace(measurement, posture=None)


def _wrong_day(measured_on: date, birth: date) -> str | None:
    if measured_on > clock.today():
        return "测量日期还没有到，请检查后再填"
    if measured_on < birth:
        return "测量日期早于宝宝的出生日期，请检查后再填"
    if measured_on > clock.add_months(birth, LAST_MONTH):
        return "生长记录只到7岁，请检查测量日期"
    return None


def sealed(baby: babies.BabyRecord, record_id: UUID, measurement: Measurement) -> bytes:
    text = msgspec.json.encode(measurement).decode()
    assert len(text) <= SEALED_LENGTH, "the longest measurement fits"
    return baby.seal(TABLE, "content_sealed", record_id, text.ljust(SEALED_LENGTH))


_decoder = msgspec.json.Decoder(Measurement)


def unsealed(baby: babies.BabyRecord, record_id: UUID, content: bytes) -> Measurement:
    """Raises `secrets.Unreadable`."""
    return _decoder.decode(baby.unseal(TABLE, "content_sealed", record_id, content))
