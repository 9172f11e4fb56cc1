"""A growth curve as SVG: text, drawn by whoever shows it. Nothing in it is fetched and nothing in it runs."""

from html import escape

from miniprogram_api.growth_chart import HEIGHT, WIDTH, Area, At, Box, Dot, Mark, Path, Words, lay_out
from miniprogram_api.growth_content import GrowthPicture

FONTS = "'Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"


def growth_svg(content: GrowthPicture) -> bytes:
    """The picture as SVG, 750 × 1000."""
    marks = "\n".join(map(_element, lay_out(content, _one_line)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' font-family="{FONTS}" stroke-linejoin="round" stroke-linecap="round">\n{marks}\n</svg>\n'
    ).encode()


def _element(mark: Mark) -> str:
    match mark:
        case Box(x, y, width, height, radius, colour):
            return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{colour}"/>'
        case Area(points, colour):
            return f'<polygon points="{_places(points)}" fill="{colour}"/>'
        case Path(points, colour, width):
            return f'<polyline points="{_places(points)}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>'
        case Dot((x, y), radius, colour):
            return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}" stroke="#ffffff" stroke-width="3"/>'
        case Words((x, y), text, size, colour, anchor):
            place = f'x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"'
            return f"<text {place}>{escape(text)}</text>"


def _places(points: tuple[At, ...]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _one_line(name: str) -> str:
    """Without what XML has no place for."""
    return " ".join("".join(letter for letter in name if letter.isprintable()).split())
