"""In words: what is missing for the next level, and what happens at the end of the validity."""

from collections.abc import Sequence
from datetime import date

import msgspec

from membership.tiers.ledger import Ledger
from membership.tiers.levels import Level, Levels, Metric
from membership.tiers.reckoning import Held

FEN_PER_YUAN = 100


class LevelView(msgspec.Struct, frozen=True):
    """A level by name; rank 0 is everyone's."""

    code: str
    name: str
    rank: int


class Missing(msgspec.Struct, frozen=True):
    """What one condition asks for. `amount_fen` is in fen, the other metrics are numbers."""

    metric: Metric
    at_least: int
    have: int
    missing: int


class NextLevel(msgspec.Struct, frozen=True):
    """The next level, the conditions that are not met yet (`match`: all of them are needed, or any), and a sentence."""

    level: LevelView
    match: str
    missing: list[Missing]
    sentence: str


class Forecast(msgspec.Struct, frozen=True):
    """What she will be after the last day of her level, as things stand; `missing` is what would keep the level."""

    valid_until: date
    level_after: LevelView
    missing: list[Missing]
    sentence: str


def view(level: Level) -> LevelView:
    return LevelView(level.code, level.name, level.rank)


def next_level(levels: Levels, ledger: Ledger, held: Held, today: date) -> NextLevel | None:
    """What the level above asks for; None on the highest."""
    above = levels.above(held.level)
    if above is None:
        return None
    missing = missing_for(above, ledger, today)
    return NextLevel(view(above), above.match, missing, f"{_to_do(above, missing)}升级{above.name}")


def forecast(ledger: Ledger, held: Held, level_after: Level) -> Forecast | None:
    """What comes after the validity; None for everyone's level, which does not end."""
    if held.valid_until is None:
        return None
    level, end = held.level, held.valid_until
    until = f"{level.name}有效期至 {end.year} 年 {end.month} 月 {end.day} 日"
    if level_after.rank >= level.rank:
        return Forecast(end, view(level_after), [], f"{until}，到期后继续为{level_after.name}")
    missing = missing_for(level, ledger, end)
    sentence = f"{until}，在此之前{_to_do(level, missing)}可保持{level.name}，否则将变为{level_after.name}"
    return Forecast(end, view(level_after), missing, sentence)


def paid_forecast(level: Level, end: date, level_after: Level) -> Forecast:
    """What comes after the last day of a level that was bought: what she has earned by herself."""
    until = f"付费{level.name}有效期至 {end.year} 年 {end.month} 月 {end.day} 日"
    return Forecast(end, view(level_after), [], f"{until}，续费可继续享受，否则将变为{level_after.name}")


def missing_for(level: Level, ledger: Ledger, day: date) -> list[Missing]:
    """The level's conditions that are not met in the windows that end on `day`."""
    asked = [
        Missing(condition.metric, condition.at_least, have, condition.at_least - have)
        for condition in level.conditions
        for have in (ledger.have(condition, day),)
    ]
    return [condition for condition in asked if condition.missing > 0]


def _to_do(level: Level, missing: Sequence[Missing]) -> str:
    """All that is needed; where any one is enough only the nearest, for one thing to do is easier than a list."""
    if not missing:  # the levels were made easier since she was assessed
        return "下次消费后可"
    if level.match == "any":
        missing = [min(missing, key=lambda condition: condition.missing / condition.at_least)]
    return "并".join(_phrase(condition) for condition in missing)


def _phrase(condition: Missing) -> str:
    match condition.metric:
        case "amount_fen":
            yuan, fen = divmod(condition.missing, FEN_PER_YUAN)
            return f"再消费 ¥{yuan:,}" + (f".{fen:02}" if fen else "") + " "
        case "purchases":
            return f"再消费 {condition.missing:,} 次"
        case "growth":
            return f"再获得 {condition.missing:,} 成长值"
