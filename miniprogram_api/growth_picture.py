"""A growth curve as PNG, for sharing.

Pure and CPU-bound (some 60 ms): it runs in the painter (`miniprogram_api.painter`).
"""

import io

from PIL import Image, ImageDraw

from miniprogram_api.fonts import drawable, font
from miniprogram_api.growth_chart import HEIGHT, WIDTH, Area, At, Box, Dot, Mark, Path, Words, lay_out
from miniprogram_api.growth_content import GrowthPicture

FINER = 2
"""Lines are drawn so many times larger and made smaller again, which takes the stairs out of them."""
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def draw_growth(content: GrowthPicture) -> bytes:
    """The finished picture as PNG, 750 × 1000 pixels."""
    marks = lay_out(content, drawable)
    large = Image.new("RGB", (WIDTH * FINER, HEIGHT * FINER))
    lines = ImageDraw.Draw(large)
    for mark in marks:
        _draw(lines, mark)
    picture = large.reduce(FINER)
    writing = ImageDraw.Draw(picture)
    for mark in marks:
        if isinstance(mark, Words):
            writing.text(mark.at, drawable(mark.text), mark.colour, font(mark.size), ANCHORS[mark.anchor])
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _draw(lines: ImageDraw.ImageDraw, mark: Mark) -> None:
    match mark:
        case Box(x, y, width, height, radius, colour):
            lines.rounded_rectangle(_larger((x, y), (x + width, y + height)), radius * FINER, colour)
        case Area(points, colour):
            lines.polygon(_larger(*points), colour)
        case Path(points, colour, width):
            lines.line(_larger(*points), colour, round(width * FINER), joint="curve")
        case Dot((x, y), radius, colour):
            for size, fill in ((radius + 2, "#ffffff"), (radius - 1, colour)):
                lines.ellipse(_larger((x - size, y - size), (x + size, y + size)), fill)


def _larger(*points: At) -> list[tuple[float, float]]:
    return [(x * FINER, y * FINER) for x, y in points]
