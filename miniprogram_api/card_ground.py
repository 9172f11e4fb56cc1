"""What lies under a member's data on the card picture: one drawing per level, made once and kept.

The picture has at most 256 chosen colours, because one byte per pixel is a third of the work and of the file. They are
chosen, not counted: the wash of the head gets a row of neighbours so fine that no band is seen in it.
"""

from collections.abc import Callable
from functools import cache, partial

import msgspec
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from miniprogram_api.fonts import font

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

WIDTH, HEIGHT = 750, 1130
"""Pixels: the width that WeChat counts as one screen (750 rpx)."""

LEFT, RIGHT = 84, 666
"""Where writing begins and ends on the card."""

WHITE: Colour = (255, 255, 255)
CODE_INK: Colour = (26, 22, 24)
HINT_INK: Colour = (74, 66, 66)
QUIET_INK: Colour = (146, 136, 134)

_CARD = (36, 32, 714, 1092)
_RADIUS = 40
_HEAD_BOTTOM = 392
_TOP, _BOTTOM = (0, 0, WIDTH, 140), (0, 1040, WIDTH, HEIGHT)
"""The parts of the ground that have soft edges."""
_WASH_STEPS = 112
_SHADE_STEPS = 24

CODE_INK_INDEX = _WASH_STEPS
"""Where the ink of the code stands among every level's colours."""
_WHITE_INDEX = CODE_INK_INDEX + 1
_SHADE_INDEX = _WHITE_INDEX + 1


class Palette(msgspec.Struct, frozen=True):
    """A level's colours: `paper` around the card, `light` to `deep` over the head, `ink` and `badge_ink` on it."""

    paper: Colour
    light: Colour
    deep: Colour
    ink: Colour
    badge_ink: Colour
    shadow: Colour


PALETTES = {
    "standard": Palette(
        paper=(252, 243, 238),
        light=(255, 230, 218),
        deep=(246, 182, 162),
        ink=(104, 46, 36),
        badge_ink=(255, 238, 230),
        shadow=(226, 204, 194),
    ),
    "silver": Palette(
        paper=(246, 244, 242),
        light=(235, 232, 231),
        deep=(192, 187, 187),
        ink=(60, 54, 58),
        badge_ink=(245, 243, 241),
        shadow=(210, 206, 203),
    ),
    "gold": Palette(
        paper=(251, 246, 235),
        light=(251, 236, 200),
        deep=(220, 176, 96),
        ink=(86, 56, 14),
        badge_ink=(253, 240, 208),
        shadow=(228, 216, 190),
    ),
    "diamond": Palette(
        paper=(243, 239, 243),
        light=(118, 92, 128),
        deep=(44, 33, 62),
        ink=(251, 234, 220),
        badge_ink=(52, 38, 68),
        shadow=(208, 200, 212),
    ),
}


@cache
def ground(level_code: str) -> Image.Image:
    """The card of a level without its member, in palette mode. Shared: copy it before writing on it.

    Errors: `KeyError` for an unknown level.
    """
    palette = PALETTES[level_code]
    card = _card_shape()
    shade = ImageChops.offset(card, 0, 10).filter(ImageFilter.GaussianBlur(16))
    flat = Image.new("P", (WIDTH, HEIGHT))
    flat.putpalette([value for colour in _colours(palette) for value in colour])
    flat.paste(shade.point(lambda value: _SHADE_INDEX + value * (_SHADE_STEPS - 1) // 255), (0, 0))
    inside = card.point(lambda value: 255 if value else 0)
    flat.paste(_WHITE_INDEX, (0, 0), inside)
    flat.paste(_wash(), (0, 0), inside.crop((0, 0, WIDTH, _HEAD_BOTTOM)))
    edge = ImageChops.subtract(inside, card)
    for box in (_TOP, _BOTTOM):
        write_on(flat, box, partial(_soften, edge.crop(box), shade.crop(box), palette))
    write_on(flat, _TOP, partial(_sign, palette))
    return flat


def write_on(card: Image.Image, box: Box, write: Callable[[Image.Image], None]) -> None:
    """Lets `write` change the part of `card` (palette mode) in `box` in full colour.

    Only a part, since the whole would take three times as long and 20 MB. Pillow looks colours up in steps of four,
    which would show as bands in the wash; so only the pixels that have changed are looked up.
    """
    flat = card.crop(box)
    before = flat.convert("RGB")
    drawn = before.copy()
    write(drawn)
    red, green, blue = ImageChops.difference(drawn, before).split()
    changed = ImageChops.lighter(ImageChops.lighter(red, green), blue).point(lambda value: 255 if value else 0)
    card.paste(drawn.quantize(palette=flat, dither=Image.Dither.NONE), box, changed)


def smooth_mask(size: tuple[int, int], draw_on: Callable[[ImageDraw.ImageDraw, int], object]) -> Image.Image:
    """A mask of `size`, drawn k times as large by `draw_on(draw, k)` so that its edges come out smooth."""
    k = 4
    large = Image.new("L", (size[0] * k, size[1] * k), 0)
    draw_on(ImageDraw.Draw(large), k)
    return large.resize(size, Image.Resampling.BOX)


def _card_shape() -> Image.Image:
    """A mask of the card: a rectangle whose corners are the quarters of a smooth disc."""
    left, top, right, bottom = _CARD
    shape = Image.new("L", (WIDTH, HEIGHT), 0)
    shape.paste(255, _CARD)
    disc = smooth_mask((_RADIUS * 2, _RADIUS * 2), _draw_disc)
    for x, across in ((left, 0), (right - _RADIUS, _RADIUS)):
        for y, down in ((top, 0), (bottom - _RADIUS, _RADIUS)):
            shape.paste(disc.crop((across, down, across + _RADIUS, down + _RADIUS)), (x, y))
    return shape


def _soften(edge: Image.Image, shade: Image.Image, palette: Palette, drawn: Image.Image) -> None:
    """Lets what surrounds the card into the pixels that its round corners cut."""
    around = Image.new("RGB", drawn.size, palette.paper)
    around.paste(palette.shadow, mask=shade)
    drawn.paste(around, mask=edge)


def _sign(palette: Palette, drawn: Image.Image) -> None:
    drawn.paste(palette.ink, (LEFT, 80), smooth_mask((46, 46), _draw_mark))
    ImageDraw.Draw(drawn).text((LEFT + 60, 115), "母婴会员", palette.ink, font(32), "ls")


def _scaled(box: Box, k: int) -> Box:
    return (box[0] * k, box[1] * k, box[2] * k, box[3] * k)


def _draw_disc(draw: ImageDraw.ImageDraw, k: int) -> None:
    draw.ellipse(_scaled((0, 0, _RADIUS * 2, _RADIUS * 2), k), fill=255)


def _draw_mark(draw: ImageDraw.ImageDraw, k: int) -> None:
    """The brand's mark, 46 pixels square: an arm around a child."""
    draw.ellipse(_scaled((0, 0, 46, 46), k), fill=255)
    draw.ellipse(_scaled((9, -1, 47, 37), k), fill=0)
    draw.ellipse(_scaled((20, 8, 38, 26), k), fill=255)


def _wash() -> Image.Image:
    """The head's colours as places in the wash: from light to deep across the card, the mark large and pale on it."""
    size = (WIDTH, _HEAD_BOTTOM)
    down = Image.linear_gradient("L").resize(size)
    across = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize(size)
    wash = Image.blend(across, down, 0.4)
    mark = smooth_mask((46 * 9, 46 * 9), lambda draw, k: _draw_mark(draw, k * 9)).point(lambda value: value * 26 // 255)
    pale = Image.new("L", size, 0)
    pale.paste(mark, (392, 66))
    return ImageChops.subtract(wash, pale).point(lambda value: value * (_WASH_STEPS - 1) // 255)


def _colours(palette: Palette) -> list[Colour]:
    """At most 256: the wash first, so that a place in it is its index; then what is written, with its soft edges."""
    wash = _between(palette.light, palette.deep, _WASH_STEPS)
    colours = [*wash, CODE_INK, WHITE, *_between(palette.paper, palette.shadow, _SHADE_STEPS)]
    for under in wash[:: _WASH_STEPS // 7]:
        colours += _between(under, palette.ink, 9)[1:]
    for corner in (wash[0], wash[_WASH_STEPS * 6 // 10]):
        colours += _between(corner, palette.paper, 6)[1:-1]
    colours += _between(palette.ink, palette.badge_ink, 9)[1:]
    for ink in (HINT_INK, QUIET_INK):
        colours += _between(WHITE, ink, 12)[1:]
    return colours + _between(WHITE, palette.shadow, 6)[1:-1]


def _between(first: Colour, last: Colour, steps: int) -> list[Colour]:
    """`steps` colours from `first` to `last`, both among them."""
    red, green, blue = (
        [round(start + (end - start) * at / (steps - 1)) for at in range(steps)]
        for start, end in zip(first, last, strict=True)
    )
    return list(zip(red, green, blue, strict=True))
