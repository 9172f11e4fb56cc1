"""Standards of growth: how weight, length, head and BMI are spread among children of one sex on one day of their age.

A standard is a folder with a description and a table (see SOURCE.md), and is known by lying here. Whoever shows a
figure says which it was taken from.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from foundation.errors import FieldError, Invalid
from membership.growth.standards.reading import DAYS_A_MONTH, described, standard
from membership.growth.standards.shapes import INDICATORS, Indicator, Lms, Marks, Sex, Spread, Standard, Table

FOLDER = Path(__file__).parent


def registered() -> Mapping[str, Standard]:
    """All of them by code, the one that is shown where nobody chose first."""
    return _in(FOLDER)


def chosen(code: str | None) -> Standard:
    """By code; None: as nobody chose. Raises `Invalid`."""
    known = registered()
    if code is None:
        return next(iter(known.values()))
    if code not in known:
        names = "、".join(f"{each.code}（{each.name}）" for each in known.values())
        raise Invalid(errors=[FieldError("standard", f"没有这个生长标准，可以选择：{names}")])
    return known[code]


@cache
def _in(folder: Path) -> dict[str, Standard]:
    folders = [each.parent for each in sorted(folder.glob("*/standard.json"))]
    defaults = [each for each in folders if described(each).default]
    assert len(defaults) == 1, "exactly one standard is shown where nobody chose"
    found = [standard(each) for each in sorted(folders, key=lambda each: each not in defaults)]
    by_code = {each.code: each for each in found}
    assert len(by_code) == len(found), "each standard has a code of its own"
    return by_code


__all__ = [
    "DAYS_A_MONTH",
    "INDICATORS",
    "Indicator",
    "Lms",
    "Marks",
    "Sex",
    "Spread",
    "Standard",
    "Table",
    "chosen",
    "registered",
]
