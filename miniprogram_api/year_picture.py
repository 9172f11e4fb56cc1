"""The year as a picture: what she saved and used, month by month, and a few warm figures.

Pure and CPU-bound (some 40 ms): it runs in the painter (`miniprogram_api.painter`).
"""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFilter

from miniprogram_api.card_ground import smooth_mask
from miniprogram_api.fonts import fitted, font
from miniprogram_api.year_content import YearPicture

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

WIDTH, HEIGHT = 750, 1180
"""Pixels: the width that WeChat counts as one screen (750 rpx)."""

PAPER: Colour = (253, 245, 240)
HEAD_TOP: Colour = (255, 224, 208)
WHITE: Colour = (255, 255, 255)
INK: Colour = (96, 48, 40)
SOFT_INK: Colour = (158, 118, 108)
LINE: Colour = (246, 232, 225)
SHADOW: Colour = (238, 218, 208)
EARNED: Colour = (242, 133, 110)
SPENT: Colour = (150, 188, 168)
TILES: tuple[Colour, ...] = ((255, 238, 230), (236, 245, 239), (255, 244, 222))

MONTHS = 12

LEFT, RIGHT = 64, 686
_HEAD_BOTTOM = 430
_CHART: Box = (36, 352, 714, 838)
_TILES_TOP, _TILES_BOTTOM = 862, 1030
_PLOT: Box = (122, 470, 680, 762)
"""Where bars stand: their feet on its lower edge, the highest tick on its upper one."""
_BAR = 16
_RADIUS = 32
_TICKS = 3


def draw_year(content: YearPicture) -> bytes:
    """The finished picture as PNG, 750 × 1180 pixels. Errors: `ValueError` unless there are twelve months of each."""
    if not len(content.earned) == len(content.spent) == MONTHS:
        raise ValueError("a year has twelve months")
    picture = _ground().copy()
    draw = ImageDraw.Draw(picture)
    _write_head(draw, content)
    _write_chart(picture, draw, content)
    _write_tiles(draw, content)
    draw.text((WIDTH / 2, 1112), _wish(content), INK, font(28), "ms")
    draw.text((WIDTH / 2, 1150), "积分按月统计，以会员中心的积分明细为准", SOFT_INK, font(20), "ms")
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _write_head(draw: ImageDraw.ImageDraw, content: YearPicture) -> None:
    earned, used = sum(content.earned), content.used
    draw.text((LEFT, 92), f"{content.year} 年 · 积分小记", INK, font(30), "ls")
    if not earned and not used:
        draw.text((LEFT, 200), "新的故事，", INK, font(56), "ls")
        draw.text((LEFT, 276), "从第一分开始", INK, font(56), "ls")
        return
    draw.text((LEFT, 158), "这一年，您一点一滴攒下了" if earned else "这一年，您换好礼用掉了", SOFT_INK, font(28), "ls")
    number = f"{earned or used:,}"
    face = font(next((size for size in (104, 84, 64) if font(size).getlength(number) <= 500), 48))
    draw.text((LEFT - 4, 262), number, INK, face, "ls")
    draw.text((LEFT + 8 + face.getlength(number), 262), "积分", INK, font(32), "ls")
    if earned:
        below = f"换好礼用掉 {used:,} 积分" if used else "还没有兑换过，好礼在等您"
        draw.text((LEFT, 314), below, SOFT_INK, font(26), "ls")


def _write_chart(picture: Image.Image, draw: ImageDraw.ImageDraw, content: YearPicture) -> None:
    left, top, right, bottom = _PLOT
    draw.text((LEFT, 410), "每个月", INK, font(28), "ls")
    for x, colour, word in ((RIGHT - 196, EARNED, "攒下"), (RIGHT - 82, SPENT, "用掉")):
        picture.paste(colour, (x, 391), _rounded((20, 20), 6))
        draw.text((x + 30, 410), word, SOFT_INK, font(24), "ls")
    step = _step(max(*content.earned, *content.spent))
    highest = step * _TICKS
    for tick in range(_TICKS + 1):
        y = bottom - (bottom - top) * tick // _TICKS
        draw.line((left, y, right, y), LINE, 2)
        if tick:
            draw.text((left - 12, y), _short(step * tick), SOFT_INK, font(20), "rm")
    across = (right - left) / MONTHS
    for month, pair in enumerate(zip(content.earned, content.spent, strict=True)):
        middle = round(left + across * (month + 0.5))
        bars = [(amount, colour) for amount, colour in zip(pair, (EARNED, SPENT), strict=True) if amount]
        for place, (amount, colour) in enumerate(bars):
            x = middle - len(bars) * (_BAR + 2) // 2 + 1 + place * (_BAR + 2)
            height = max(4, (bottom - top) * amount // highest)
            _bar(picture, (x, bottom - height, x + _BAR, bottom), colour)
            if colour is EARNED and month == _best_month(content):
                draw.text((x + _BAR / 2, bottom - height - 12), f"+{amount:,}", EARNED, font(20), "ms")
        draw.text((middle, bottom + 36), str(month + 1), SOFT_INK, font(22), "ms")
    draw.text((right + 2, bottom + 36), "月", SOFT_INK, font(18), "ls")


def _write_tiles(draw: ImageDraw.ImageDraw, content: YearPicture) -> None:
    harvest = f"{_best_month(content) + 1} 月" if any(content.earned) else "在路上"
    figures = (
        ("最丰收的一个月", harvest),
        ("兑换好礼", f"{content.redemptions:,} 次"),
        ("手里的积分", f"{content.closing:,}"),
    )
    for (box, _), (name, figure) in zip(_tiles(), figures, strict=True):
        middle, room = (box[0] + box[2]) / 2, box[2] - box[0] - 24
        draw.text((middle, box[1] + 58), name, SOFT_INK, font(23), "ms")
        face = font(next((size for size in (44, 36) if font(size).getlength(figure) <= room), 28))
        draw.text((middle, box[1] + 120), fitted(figure, face, room), INK, face, "ms")


def _best_month(content: YearPicture) -> int:
    """The first of those with the most, counted from 0."""
    return content.earned.index(max(content.earned))


def _wish(content: YearPicture) -> str:
    """Says nothing of babies: nobody knows here whether she has one, or has lost one."""
    if not any(content.earned) and not content.used:
        return "从今天起，攒下第一份小礼物吧"
    if content.redemptions:
        return "谢谢您，把日常过成了一份份小欢喜"
    return "每一分，都是认真生活的脚印"


@cache
def _ground() -> Image.Image:
    """What is the same in every year: made once and kept. Copy it before drawing on it."""
    ground = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    # Pillow's gradient runs from black to white over 256 steps: so the head fades into the paper.
    fade = Image.linear_gradient("L").resize((WIDTH, _HEAD_BOTTOM), Image.Resampling.BICUBIC)
    ground.paste(Image.composite(ground.crop((0, 0, WIDTH, _HEAD_BOTTOM)), Image.new("RGB", fade.size, HEAD_TOP), fade))
    for centre, radius, colour in (((662, 96), 118, (255, 211, 190)), ((560, 206), 46, (255, 233, 214))):
        ground.paste(colour, (centre[0] - radius, centre[1] - radius), _rounded((radius * 2, radius * 2), radius))
    for box, colour in ((_CHART, WHITE), *_tiles()):
        _card(ground, box, colour)
    return ground


def _tiles() -> tuple[tuple[Box, Colour], ...]:
    gap, left, right = 18, _CHART[0], _CHART[2]
    across = (right - left - 2 * gap) // 3
    return tuple(
        ((left + place * (across + gap), _TILES_TOP, left + place * (across + gap) + across, _TILES_BOTTOM), colour)
        for place, colour in enumerate(TILES)
    )


def _card(ground: Image.Image, box: Box, colour: Colour) -> None:
    """A round-cornered card with a soft shadow."""
    shape = _rounded((box[2] - box[0], box[3] - box[1]), _RADIUS)
    shade = Image.new("L", ground.size, 0)
    shade.paste(shape, (box[0], box[1] + 8))
    shade = shade.filter(ImageFilter.GaussianBlur(14)).point(lambda value: value * 3 // 5)
    ground.paste(SHADOW, (0, 0), shade)
    ground.paste(colour, box[:2], shape)


def _bar(picture: Image.Image, box: Box, colour: Colour) -> None:
    """Round above and straight below, where it stands."""
    across, height = box[2] - box[0], box[3] - box[1]
    picture.paste(colour, box[:2], _rounded((across, height + _BAR), 6).crop((0, 0, across, height)))


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    return smooth_mask(
        size, lambda draw, k: draw.rounded_rectangle((0, 0, size[0] * k - 1, size[1] * k - 1), radius * k, fill=255)
    )


def _step(highest: int) -> int:
    """The distance of ticks that a person reads easily: 1, 2 or 5 times a power of ten, at least 10."""
    step = 10
    while True:
        for factor in (1, 2, 5):
            if step * factor * _TICKS >= highest:
                return step * factor
        step *= 10


def _short(points: int) -> str:
    """1,500, 1.5万, 2亿: what fits beside the chart."""
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if points >= unit:
            return f"{points / unit:g}{name}"
    return f"{points:,}"
