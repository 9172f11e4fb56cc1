"""Decoding at the door: what a request may hold before anybody looks at what it means.

JSON that PostgreSQL or a careful reader would stumble over is refused here with 422 and the place named: NUL, lone
surrogates, integers beyond 64 bits, NaN, keys that occur twice, unknown fields, wrong types, text too long, instants
that no calendar of ours reaches.
"""

import functools
import json
import math
import re
from collections.abc import Hashable, Iterator
from datetime import date
from typing import Any, NoReturn, TypeVar, cast

import msgspec

from foundation import complaints
from foundation.errors import BadRequest, FieldError, Invalid

T = TypeVar("T")

_PLACE = re.compile(r" - at (?:`key` in )?`(?P<place>[^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]*)`")
_MISSING = re.compile(r"missing required field `(?P<field>[^`]*)`")
_LONGEST_INTEGER = 19
_SIXTY_FOUR_BITS = 2**63
_LONGEST_ECHO = 120
_DEEPEST = 32
_YEARS = range(2, 9999)
"""Years that any time zone's calendar reaches: the first and the last overflow when an instant is moved to another."""


class _Unfit(msgspec.Struct, frozen=True):
    """Stands where a value was that can't be used, until its place is known."""

    message: str


def decode_body(raw: bytes, body_type: type[T]) -> T:
    """A JSON body as `body_type`. Raises `BadRequest` (no JSON) or `Invalid` (with the place)."""
    try:
        text = raw.decode()  # json.loads alone would take UTF-16, and bytes that only look like UTF-8
    except UnicodeDecodeError:
        raise BadRequest(errors=[FieldError("", complaints.NO_JSON)]) from None
    try:
        value = _JSON.decode(text)
        _refuse_unfit(value)
        body = _converted(value, body_type, strict=True)
        if _holds_days(
            cast(Hashable, body_type)
        ):  # all else that a column can't hold was found above, in the JSON itself
            refuse_unstorable(body)
        return body
    except (json.JSONDecodeError, RecursionError):
        raise BadRequest(errors=[FieldError("", complaints.NO_JSON)]) from None


def decode_query(values: dict[str, list[str]], query_type: type[T]) -> T:
    """Query parameters as `query_type`. Raises `Invalid`."""
    flat = {}
    for name, texts in values.items():
        _refuse_unfit({name: texts[0]})
        if len(texts) > 1:
            _refuse(name, complaints.TWICE)
        flat[name] = texts[0]
    return convert(flat, query_type, strict=False)


def convert(value: object, wanted: type[T], *, strict: bool) -> T:
    """msgspec's conversion, its complaint turned into `Invalid` with the place named, as for what can't be stored."""
    converted = _converted(value, wanted, strict=strict)
    refuse_unstorable(converted)
    return converted


def _converted(value: object, wanted: type[T], *, strict: bool) -> T:
    try:
        return msgspec.convert(value, wanted, strict=strict)
    except msgspec.ValidationError as error:
        _refuse(*_place_of(str(error)))


@functools.cache
def _holds_days(shape: Hashable) -> bool:
    inside = repr(msgspec.inspect.type_info(shape))
    return "DateTimeType" in inside or "DateType" in inside


def refuse_unstorable(value: object, place: str = "") -> None:
    """Refuses what fits its type, but no column and no calendar. Raises `Invalid`."""
    if isinstance(value, str):
        _refuse_text(value, place)
    elif isinstance(value, int):
        if not -_SIXTY_FOUR_BITS <= value < _SIXTY_FOUR_BITS:
            _refuse(place, complaints.TOO_LARGE)
    elif isinstance(value, float):
        if not math.isfinite(value):
            _refuse(place, complaints.NO_NUMBER)
    elif isinstance(value, date):  # an instant is one too
        if value.year not in _YEARS:
            _refuse(place, complaints.NO_DAY)
    else:
        for inner, item in _parts_of(value, place):
            refuse_unstorable(item, inner)


def _parts_of(value: object, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield _inside(place, name), getattr(value, name)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield _inside(place, str(name)), item
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield f"{place}[{index}]", item


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _place_of(message: str) -> tuple[str, str]:
    match = _PLACE.search(message)
    place = match["place"].removeprefix("$").removeprefix(".") if match else ""
    text = _PLACE.sub("", message)
    named = _UNKNOWN.search(text) or _MISSING.search(text)
    return (_inside(place, named["field"]) if named else place), complaints.sentence(text)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        found[key] = _Unfit(complaints.TWICE) if key in found else value
    return found


def _constant(_name: str) -> _Unfit:
    return _Unfit(complaints.NO_NUMBER)


def _integer(digits: str) -> int | _Unfit:
    if len(digits) > _LONGEST_INTEGER + 1 or not -_SIXTY_FOUR_BITS <= int(digits) < _SIXTY_FOUR_BITS:
        return _Unfit(complaints.TOO_LARGE)
    return int(digits)


def _float(digits: str) -> float | _Unfit:
    number = float(digits)
    return number if math.isfinite(number) else _Unfit(complaints.TOO_LARGE)


_JSON = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_integer, parse_float=_float)
"""Made once: `json.loads` with hooks would make one for every body."""


def _refuse_unfit(value: object, place: str = "", depth: int = 0) -> None:
    if depth > _DEEPEST:
        _refuse(place, complaints.TOO_DEEP)
    if isinstance(value, str):
        _refuse_text(value, place)
    elif isinstance(value, _Unfit):
        _refuse(place, value.message)
    elif isinstance(value, dict):
        for key, item in value.items():
            inner = _inside(place, key)
            _refuse_text(key, inner)
            _refuse_unfit(item, inner, depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_unfit(item, f"{place}[{index}]", depth + 1)


def _refuse_text(text: str, place: str) -> None:
    if text.isascii() and text.isprintable():
        return
    if "\0" in text:
        _refuse(place, complaints.UNSEEN)
    if any("\ud800" <= character <= "\udfff" for character in text):
        _refuse(place, complaints.UNSEEN)


def _refuse(place: str, message: str) -> NoReturn:
    raise Invalid(errors=[FieldError(_echo(place), message)])


def _echo(text: str) -> str:
    """What may be said back: never what could not be encoded or fills a screen."""
    return text[:_LONGEST_ECHO].encode(errors="replace").decode().replace("\0", "")
