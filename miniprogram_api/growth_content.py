"""What is on the picture of a growth curve, and how it is said to the painter. The API names this without what draws
it."""

from typing import Literal

import msgspec

Piece = tuple[tuple[int, float], ...]
"""(day, value in the unit) from left to right."""


class GrowthPicture(msgspec.Struct, frozen=True, kw_only=True, tag="growth"):
    """What is drawn. `months` of age are shown; `corrected` says that some days are of the corrected age."""

    nickname: str
    sex: Literal["girl", "boy"]
    indicator: Literal["weight", "length", "head", "bmi"]
    unit: str
    standard: str
    note: str
    """What is to be said of the standard."""
    standing_from_day: int
    months: int
    corrected: bool
    lines: tuple[tuple[int, tuple[Piece, ...]], ...]
    """(percentile, its pieces), the lowest first."""
    points: Piece
    last: str
    """The last measurement in words; empty where there is none."""

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return f"GrowthPicture({self.indicator})"
