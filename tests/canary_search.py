"""The search for canaries: in bytes as they are, and in what they look like in base64, in hexadecimal and in JSON."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from tests import canaries

_SERIAL = 4
_WINDOW = 12
_BEGINS = re.compile(rb"(?:^|[^0-9a-f]|\\u[0-9a-f]{4}|%[0-9a-f]{2})(?:86|0086)?$")
"""What may stand before a phone: an escaped character ends in digits too."""
_GOES_ON = re.compile(rb"[0-9a-f]")
_CODE_UNITS = r"\u{:04x}"


class Found(Counter[str]):
    """What was found: "place: canary (form)", and how often."""


def search(place: str, haystack: bytes) -> Found:
    """Every canary in the haystack. What is shown of a hit is its name, and never the value."""
    found = Found()
    lower = haystack.lower()
    for name, form in (*_texts(lower), *_phones(lower), *_encoded(haystack, lower), *_others(haystack, lower)):
        found[f"{place}: {name} ({form})"] += 1
    return found


def _texts(lower: bytes) -> Iterator[tuple[str, str]]:
    marker = canaries.MARKER.encode()
    for at in _positions(lower, marker):
        value = lower[at : at + len(marker) + _SERIAL].decode(errors="replace")
        yield canaries.name_of(value) or "a text that is cut off or changed", "as it is"


def _phones(lower: bytes) -> Iterator[tuple[str, str]]:
    """With or without +86; not as a part of a longer number, decimal or hexadecimal, which is none."""
    for block in canaries.blocks():
        for at in _positions(lower, block.encode()):
            end = at + len(block) + canaries.PHONE_DIGITS
            name = canaries.name_of(lower[at:end].decode(errors="replace"))
            if name and _BEGINS.search(lower[max(at - _WINDOW, 0) : at]) and not _GOES_ON.match(lower, end):
                yield name, "as it is"


def _encoded(haystack: bytes, lower: bytes) -> Iterator[tuple[str, str]]:
    """The parts that all texts have in common, or all phones of a block."""
    for common in (canaries.MARKER, *canaries.blocks()):
        what = "a text" if common == canaries.MARKER else "a phone"
        for form, needle in _forms(common):
            for _ in _positions(lower if form == "hexadecimal" else haystack, needle):
                yield what, form


def _others(haystack: bytes, lower: bytes) -> Iterator[tuple[str, str]]:
    for value in canaries.others():
        for form, needle in (("as it is", value.encode()), *_forms(value)):
            for _ in _positions(lower if form == "hexadecimal" else haystack, needle):
                yield canaries.name_of(value) or "", form
        for algorithm in ("md5", "sha1", "sha256"):
            digest = hashlib.new(algorithm, value.encode()).digest()
            for needle in (digest, digest.hex().encode()):
                for _ in _positions(haystack, needle):
                    yield canaries.name_of(value) or "", f"{algorithm} without a key"


def _forms(value: str) -> Iterator[tuple[str, bytes]]:
    """How it may be written. Its base64 depends on what stands before it: three forms, of which the ends are left out
    because they depend on the neighbours."""
    raw = value.encode()
    yield "hexadecimal", raw.hex().encode()
    yield "UTF-16", value.encode("utf-16-le")
    if not value.isascii():
        yield "JSON", "".join(_CODE_UNITS.format(ord(character)) for character in value).encode()
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw)
        first = (8 * before + 5) // 6
        last = 8 * (before + len(raw)) // 6
        needle = whole[first:last]
        yield "base64", needle
        if needle != (safe := needle.translate(bytes.maketrans(b"+/", b"-_"))):
            yield "base64", safe


def _positions(haystack: bytes, needle: bytes) -> Iterator[int]:
    at = haystack.find(needle)
    while at >= 0:
        yield at
        at = haystack.find(needle, at + 1)


def search_all(haystacks: Iterable[tuple[str, bytes]]) -> Found:
    """Every canary in any of the places."""
    found = Found()
    for place, haystack in haystacks:
        found.update(search(place, haystack))
    return found
