"""Canaries: values that stand for somebody's own, so that a hit of one anywhere is a leak and no coincidence.

Makers and tests plant them; `tests/last/test_canaries.py` looks for them, at the end of the run, in everything the
service has written. Two kinds:

- texts with the `MARKER` in them (`text`) and phones of a block of the run's own (`phone`): as many as one likes, they
  are all found by what they have in common;
- anything else that is distinctive (`plant`): an id, a token. Few, each is looked for by itself.

A date or a number of grams can't be distinctive alone. What must not be derived of a child is asked another way, by
`tests/last/test_stolen_dump.py`.
"""

import itertools
import secrets
from collections.abc import Iterator

_LETTERS = "ghjkmnpqrstuvwxyz"
"""No digit of a hexadecimal number among them."""
MARKER = "".join(secrets.choice(_LETTERS) for _ in range(8))
"""In every text of this run, and in nothing else: one of seven thousand million."""

PHONE_DIGITS = 4
"""Of a phone that are counted; those before them are the block."""

_texts: dict[str, str] = {}
_phones: dict[str, str] = {}
_others: dict[str, str] = {}
_serials = itertools.count(1)


def _block() -> str:
    return f"139{secrets.randbelow(10_000):04d}"


def _numbers() -> Iterator[str]:
    while True:
        block = _block()
        for number in range(10**PHONE_DIGITS):
            yield f"{block}{number:0{PHONE_DIGITS}d}"


_free_phones = _numbers()


def text(what: str, before: str = "") -> str:
    """A text that nothing else contains, twelve characters after `before`; failures say `what` it is."""
    value = f"{before}{MARKER}{next(_serials):04d}"
    _texts[value[-12:]] = what
    return value


def phone(what: str = "phone") -> str:
    """A mobile number of the Chinese mainland, eleven digits, that nobody else in the run has."""
    value = next(number for number in _free_phones if number not in _phones)
    _phones[value] = what
    return value


def plant(what: str, value: str) -> str:
    """Looks for this value too; it must be longer than chance."""
    assert len(value) >= 10, f"{value!r} may stand anywhere"
    _others[value] = what
    return value


def standing_for(what: str) -> list[str]:
    """What was planted as this: of texts, their last twelve characters."""
    return [value for value, name in (*_texts.items(), *_others.items()) if name == what]


def blocks() -> set[str]:
    """What the phones of this run begin with."""
    return {value[:-PHONE_DIGITS] for value in _phones}


def others() -> list[str]:
    """What was planted by itself."""
    return list(_others)


def name_of(value: str) -> str | None:
    """Where a text's last twelve characters, a phone or another value was planted; None: it is no canary."""
    return _texts.get(value) or _phones.get(value) or _others.get(value)


def planted() -> set[str]:
    """What kinds there are."""
    return {*_texts.values(), *_phones.values(), *_others.values()}
