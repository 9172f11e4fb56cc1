"""The layout of a growth curve: what stands where on the picture, for whoever draws it (SVG or PNG). Pure."""

import math
from collections.abc import Callable, Sequence

import msgspec

from miniprogram_api.growth_content import GrowthPicture, Piece

WIDTH, HEIGHT = 750, 1000

PAPER, WHITE, INK, SOFT_INK, RULE = "#fdf5f0", "#ffffff", "#603028", "#9e766c", "#f3e7e1"
WIDE_BAND, NARROW_BAND, CURVE, MEDIAN, CHILD = "#eef5f0", "#dcebe1", "#9cc3aa", "#5d9a75", "#f2856e"

TITLES = {"weight": "体重", "length": "身长/身高", "head": "头围", "bmi": "BMI"}
SEXES = {"girl": "女孩", "boy": "男孩"}
MONTH_TICKS = {6: 1, 12: 2, 24: 3, 60: 12, 84: 12}
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
MOST_TICKS = 8
DAYS_A_MONTH = 365.25 / 12
BY_POSTURE = ("length", "bmi")
"""Their curves break where children are measured standing, because they are longer lying."""
LONGEST_NAME = 8

CARD = (24, 196, 702, 660)
LEFT, TOP, RIGHT, BOTTOM = 100, 262, 652, 782
"""Where the curves are."""
LABELS_APART = 26

At = tuple[float, float]


class Box(msgspec.Struct, frozen=True):
    x: float
    y: float
    width: float
    height: float
    radius: float
    colour: str


class Area(msgspec.Struct, frozen=True):
    points: tuple[At, ...]
    colour: str


class Path(msgspec.Struct, frozen=True):
    points: tuple[At, ...]
    colour: str
    width: float


class Dot(msgspec.Struct, frozen=True):
    """With a white rim."""

    at: At
    radius: float
    colour: str


class Words(msgspec.Struct, frozen=True):
    """`anchor` says which end of the text stands at `at`, its baseline: start, middle or end."""

    at: At
    text: str
    size: int
    colour: str
    anchor: str = "start"


Mark = Box | Area | Path | Dot | Words


class Scale(msgspec.Struct, frozen=True):
    """From days and values to pixels; `ticks` are the values that get a rule."""

    days: float
    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, day: float, value: float) -> At:
        return (round(self.x(day), 1), round(self.y(value), 1))

    def x(self, day: float) -> float:
        return LEFT + (RIGHT - LEFT) * day / self.days

    def y(self, value: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * (value - self.low) / (self.high - self.low)


def lay_out(content: GrowthPicture, plain: Callable[[str], str]) -> list[Mark]:
    """The marks in the order in which they are drawn. `plain` leaves of a name what the face can draw."""
    scale = scale_of(content)
    return [
        *_head(content, plain(content.nickname)),
        Box(*CARD, 28, WHITE),
        *_rules(content, scale),
        *_bands(content.lines, scale),
        *_curves(content.lines, scale),
        *_child(content.points, scale),
        *_foot(content),
    ]


def scale_of(content: GrowthPicture) -> Scale:
    values = [value for _, pieces in content.lines for piece in pieces for _, value in piece]
    values += [value for _, value in content.points]
    low, high = min(values), max(values)
    step = next((step for step in STEPS if (high - low) / step < MOST_TICKS - 1), STEPS[-1])
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple(round(tick * step, 1) for tick in range(first, last + 1))
    return Scale(content.months * DAYS_A_MONTH, ticks[0], ticks[-1], ticks)


def _head(content: GrowthPicture, name: str) -> list[Mark]:
    name = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    title = f"{TITLES[content.indicator]}曲线"
    span = f"0–{content.months} 个月" if content.months <= 24 else f"0–{content.months // 12} 岁"
    return [
        Box(0, 0, WIDTH, HEIGHT, 0, PAPER),
        Words((44, 78), f"{name} · {title}" if name else title, 38, INK),
        Words((44, 122), f"{SEXES[content.sex]} · {span} · 单位 {content.unit}", 24, SOFT_INK),
        Words(
            (44, 164), content.last or "还没有测量记录，量一次就会出现在这里", 26, CHILD if content.last else SOFT_INK
        ),
    ]


def _rules(content: GrowthPicture, scale: Scale) -> list[Mark]:
    marks: list[Mark] = [Words((CARD[0] + 24, TOP - 30), content.unit, 20, SOFT_INK)]
    for tick in scale.ticks:
        y = round(scale.y(tick), 1)
        marks.append(Path(((LEFT, y), (RIGHT, y)), RULE, 2))
        marks.append(Words((LEFT - 12, y + 7), f"{tick:g}", 20, SOFT_INK, "end"))
    for month in range(0, content.months + 1, MONTH_TICKS[content.months]):
        x = round(scale.x(month * DAYS_A_MONTH), 1)
        marks.append(Path(((x, TOP), (x, BOTTOM)), RULE, 2))
        marks.append(Words((x, BOTTOM + 32), str(month), 20, SOFT_INK, "middle"))
    x = scale.x(content.standing_from_day)
    if content.indicator in BY_POSTURE and LEFT < x < RIGHT - 60:
        marks.append(Words((x - 10, BOTTOM - 14), "躺着量", 18, SOFT_INK, "end"))
        marks.append(Words((x + 10, BOTTOM - 14), "站着量", 18, SOFT_INK))
    axis = "月龄（早产宝宝矫正到24个月）" if content.corrected else "月龄"
    return [*marks, Words(((LEFT + RIGHT) / 2, BOTTOM + 62), axis, 20, SOFT_INK, "middle")]


def _bands(lines: Sequence[tuple[int, tuple[Piece, ...]]], scale: Scale) -> list[Mark]:
    pieces = dict(lines)
    return [
        Area(tuple(scale.at(*point) for point in (*above, *reversed(below))), colour)
        for low, high, colour in ((3, 97, WIDE_BAND), (15, 85, NARROW_BAND))
        for below, above in zip(pieces[low], pieces[high], strict=True)
    ]


def _curves(lines: Sequence[tuple[int, tuple[Piece, ...]]], scale: Scale) -> list[Mark]:
    marks: list[Mark] = []
    for percentile, pieces in lines:
        colour, width = (MEDIAN, 4) if percentile == 50 else (CURVE, 2.5)
        marks += [Path(tuple(scale.at(*point) for point in piece), colour, width) for piece in pieces]
    under = math.inf
    for percentile, pieces in lines:
        _, y = scale.at(*pieces[-1][-1])
        under = min(y + 7, under - LABELS_APART)
        marks.append(Words((RIGHT + 12, under), f"P{percentile}", 20, MEDIAN if percentile == 50 else SOFT_INK))
    return marks


def _child(points: Piece, scale: Scale) -> list[Mark]:
    places = tuple(scale.at(*point) for point in points)
    path: list[Mark] = [Path(places, CHILD, 4)] if len(places) > 1 else []
    return [*path, *(Dot(place, 8, CHILD) for place in places)]


def _foot(content: GrowthPicture) -> list[Mark]:
    middle = WIDTH / 2
    return [
        Words((middle, 898), f"标准：{content.standard}", 22, INK, "middle"),
        Words((middle, 930), content.note, 20, SOFT_INK, "middle"),
        Words((middle, 964), "曲线只供参考，不是诊断；建议下次儿保时咨询医生", 22, INK, "middle"),
    ]
