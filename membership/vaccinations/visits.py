"""儿保 visits: at which ages a child is looked at by the clinic. The figures stand in `figures/visits_2017.csv`."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources

import msgspec

from membership.vaccinations.schedules import Span, span


class Visit(msgspec.Struct, frozen=True):
    """One visit; `code` is its age (`8m`) and stays."""

    code: str
    name: str
    day: date
    """The day on which she reaches the age; the clinic gives the appointment."""


def visits(birth_date: date) -> Iterator[Visit]:
    """Every visit of a child, by chronological age: one day after the other."""
    return (Visit(code, name, age.after(birth_date)) for code, name, age in _ages())


@cache
def _ages() -> list[tuple[str, str, Span]]:
    text = (resources.files(__package__) / "figures" / "visits_2017.csv").read_text(encoding="utf-8")
    return [(row["age"], f"{row['name']}儿保", span(row["age"])) for row in csv.DictReader(text.splitlines())]
