"""The WHO's standard of 2006, from its published figures (see SOURCE.md)."""

from array import array
from functools import cache
from pathlib import Path

from membership.growth.standards.shapes import Indicator, Sex, Standard, Table

FILE = Path(__file__).with_name("who_growth_lms.csv")

_INDICATORS: dict[str, Indicator] = {
    "weight_kg": "weight",
    "length_or_height_cm": "length",
    "head_circumference_cm": "head",
    "bmi": "bmi",
}
_SEXES: dict[str, Sex] = {"female": "girl", "male": "boy"}


@cache
def _table() -> Table:
    rows: dict[tuple[Indicator, Sex], array[float]] = {}
    with FILE.open(encoding="ascii") as lines:
        next(lines)
        for line in lines:
            indicator, sex, day, *lms = line.split(",")
            row = rows.setdefault((_INDICATORS[indicator], _SEXES[sex]), array("d"))
            assert len(row) == 3 * int(day), "every day is there, in order"
            row.extend(map(float, lms))
    return Table({key: memoryview(row) for key, row in rows.items()})


WHO_2006 = Standard(
    code="who_2006", name="世界卫生组织儿童生长标准（WHO 2006）", last_day=1856, standing_from_day=731, table=_table
)
