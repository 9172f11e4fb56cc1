"""What the writer of workbooks is given; apart from it, because it knows as little of the house as it can."""

from collections.abc import Sequence

import msgspec


class Worksheet(msgspec.Struct, frozen=True):
    """One sheet, its header first. Numbers become numbers, texts stay texts, None is an empty cell."""

    name: str
    rows: Sequence[Sequence[int | str | None]]
