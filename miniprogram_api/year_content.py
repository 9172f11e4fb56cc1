"""What is on the picture of a year, and how it is said to the painter. The API names this without what draws it."""

import msgspec


class YearPicture(msgspec.Struct, frozen=True, tag="year"):
    """What is drawn, in points. `earned` and `spent` have twelve months, January first, none negative; `used` is what
    the year's redemptions took less what came back, and `redemptions` how many they were. `closing` is what she had at
    the end."""

    year: int
    earned: tuple[int, ...]
    spent: tuple[int, ...]
    used: int
    redemptions: int
    closing: int
