"""Decoding at the door: what a request may hold before anybody looks at what it means.

JSON that PostgreSQL or a careful reader would stumble over is refused here with 422 and the place named: NUL, lone
surrogates, integers beyond 64 bits, NaN, keys that occur twice, unknown fields, wrong types, text too long.
"""

import json
import re
from typing import Any, NoReturn, TypeVar

import msgspec

from foundation.errors import BadRequest, FieldError, Invalid

T = TypeVar("T")

_PLACE = re.compile(r" - at `(?P<place>[^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]*)`")
_MISSING = re.compile(r"missing required field `(?P<field>[^`]*)`")
_LONGEST_INTEGER = 19
_SIXTY_FOUR_BITS = 2**63


def decode_body(raw: bytes, body_type: type[T]) -> T:
    """A JSON body as `body_type`. Raises `BadRequest` (no JSON) or `Invalid` (with the place)."""
    try:
        value = json.loads(raw, object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_integer)
    except UnicodeDecodeError:
        raise BadRequest(errors=[FieldError("", "the body is not UTF-8")]) from None
    except (json.JSONDecodeError, RecursionError):
        raise BadRequest(errors=[FieldError("", "the body is not JSON")]) from None
    return convert(value, body_type, strict=True)


def decode_query(values: dict[str, list[str]], query_type: type[T]) -> T:
    """Query parameters as `query_type`. Raises `Invalid`."""
    flat = {}
    for name, texts in values.items():
        if len(texts) > 1:
            _refuse(name, "given more than once")
        _check_text(name, texts[0])
        flat[name] = texts[0]
    return convert(flat, query_type, strict=False)


def convert(value: object, wanted: type[T], *, strict: bool) -> T:
    """msgspec's conversion, its complaint turned into `Invalid` with the place named."""
    try:
        return msgspec.convert(value, wanted, strict=strict)
    except msgspec.ValidationError as error:
        _refuse(*_place_of(str(error)))


def _place_of(message: str) -> tuple[str, str]:
    match = _PLACE.search(message)
    place = match["place"].removeprefix("$").removeprefix(".") if match else ""
    text = _PLACE.sub("", message)
    named = _UNKNOWN.search(text) or _MISSING.search(text)
    if named:
        place = f"{place}.{named['field']}" if place else named["field"]
    return place, text


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            _refuse(key, "given more than once")
        _check_text(key, key)
        _check_value(key, value)
        found[key] = value
    return found


def _check_value(key: str, value: object) -> None:
    if isinstance(value, str):
        _check_text(key, value)
    elif isinstance(value, list):
        for item in value:
            _check_value(key, item)


def _check_text(place: str, text: str) -> None:
    if text.isascii() and text.isprintable():
        return
    if "\0" in text:
        _refuse(place, "holds a NUL character")
    if any("\ud800" <= character <= "\udfff" for character in text):
        _refuse(place, "holds half of a surrogate pair")


def _constant(name: str) -> NoReturn:
    _refuse("", f"{name} is not a number")


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER + 1 or not -_SIXTY_FOUR_BITS <= int(digits) < _SIXTY_FOUR_BITS:
        _refuse("", "an integer is beyond 64 bits")
    return int(digits)


def _refuse(place: str, message: str) -> NoReturn:
    raise Invalid(errors=[FieldError(place.encode(errors="replace").decode().replace("\0", ""), message)])
