"""A standard from its folder: a description and a table of figures. What the two are made of stands in SOURCE.md."""

from array import array
from functools import cache, partial
from pathlib import Path
from statistics import NormalDist

import msgspec

from membership.growth.standards.shapes import Indicator, Rows, Sex, Standard, Table

DAYS_A_MONTH = 30.4375

_INDICATORS: dict[str, Indicator] = {
    "weight_kg": "weight",
    "length_or_height_cm": "length",
    "head_circumference_cm": "head",
    "bmi": "bmi",
}
_SEXES: dict[str, Sex] = {"female": "girl", "male": "boy"}
_AGES = {"age_days": 1.0, "age_months": DAYS_A_MONTH}


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    name: str
    note: str
    source: str
    last_month: int
    last_day: int
    standing_from_day: int
    default: bool = False


def described(folder: Path) -> Description:
    """Raises `msgspec.ValidationError`."""
    return msgspec.json.decode((folder / "standard.json").read_bytes(), type=Description)


def standard(folder: Path) -> Standard:
    """Its table is read when it is first asked for. Raises as `described`."""
    told = msgspec.structs.asdict(described(folder))
    del told["source"], told["default"]
    return Standard(**told, table=partial(read, folder / "figures.csv"))


@cache
def read(file: Path) -> Table:
    """Raises `ValueError` for figures that are none, or not in the order of the ages."""
    days: dict[tuple[Indicator, Sex], array[float]] = {}
    numbers: dict[tuple[Indicator, Sex], array[float]] = {}
    with file.open(encoding="ascii") as lines:
        _, _, age, *columns = next(lines).strip().split(",")
        for line in lines:
            indicator, sex, aged, *spread = line.strip().split(",")
            key = (_INDICATORS[indicator], _SEXES[sex])
            ages = days.setdefault(key, array("d"))
            day = float(aged) * _AGES[age]
            if len(spread) != len(columns) or (ages and day <= ages[-1]):
                raise ValueError(f"{file}: {line}")
            ages.append(day)
            numbers.setdefault(key, array("d")).extend(map(float, spread))
    rows = {key: Rows(memoryview(ages), memoryview(numbers[key]), len(columns)) for key, ages in days.items()}
    return Table(rows, None if columns == ["L", "M", "S"] else tuple(map(_z, columns)))


def _z(column: str) -> float:
    """P3 is −1.88, SD-2 is −2."""
    return float(column[2:]) if column.startswith("SD") else NormalDist().inv_cdf(float(column[1:]) / 100)
