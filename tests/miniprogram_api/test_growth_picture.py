"""The picture of a growth curve: where things stand, as SVG and as PNG."""

import io
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops

from membership.growth import scoring
from membership.growth.curves import STEP_DAYS, UNITS, lines
from membership.growth.standards import INDICATORS, Indicator, chosen
from miniprogram_api.fonts import drawable, font
from miniprogram_api.growth_chart import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Dot,
    Mark,
    Path,
    Words,
    lay_out,
    scale_of,
)
from miniprogram_api.growth_content import GrowthPicture
from miniprogram_api.growth_picture import draw_growth
from miniprogram_api.growth_svg import growth_svg

DEFAULT = chosen(None)
SVG = "{http://www.w3.org/2000/svg}"


def picture(indicator: Indicator = "weight", months: Any = 12, **changes: Any) -> GrowthPicture:
    drawn = lines(DEFAULT, indicator, "girl", months)
    values: dict[str, Any] = {
        "nickname": "年糕",
        "sex": "girl",
        "indicator": indicator,
        "unit": UNITS[indicator],
        "standard": DEFAULT.name,
        "note": DEFAULT.note,
        "standing_from_day": DEFAULT.standing_from_day,
        "months": months,
        "corrected": False,
        "lines": tuple((line.percentile, tuple(tuple(piece) for piece in line.pieces)) for line in drawn),
        "points": (),
        "last": "",
        **changes,
    }
    return GrowthPicture(**values)


EXTREMES = [
    picture(
        indicator,
        months,
        points=points,
        nickname="特别特别特别特别特别长的名字",
        last="最近一次 2026-11-20：109.5 kg/m²，第 99.9 百分位以上",
        corrected=True,
    )
    for indicator in INDICATORS
    for months in STEP_DAYS
    for points in ((), ((0, 9.1), (150, 140.0)), ((30, 0.9),))
]


def box_of(words: Words) -> tuple[float, float, float, float]:
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[words.anchor]
    return font(words.size).getbbox(drawable(words.text), anchor=anchor)


@pytest.mark.parametrize("content", EXTREMES)
def test_no_words_overlap_and_none_leave_the_picture(content: GrowthPicture) -> None:
    marks = [mark for mark in lay_out(content, drawable) if isinstance(mark, Words)]
    boxes = []
    for mark in marks:
        (x, y), (left, top, right, bottom) = mark.at, box_of(mark)
        boxes.append((x + left, y + top, x + right, y + bottom, mark.text))
    for number, (left, top, right, bottom, text) in enumerate(boxes):
        assert left >= 20, text
        assert top >= 20, text
        assert right <= WIDTH - 20, text
        assert bottom <= HEIGHT - 20, text
        for other in boxes[:number]:
            apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
            assert apart, (text, other[4])


@pytest.mark.parametrize("content", EXTREMES)
def test_all_lines_stay_within_the_rules(content: GrowthPicture) -> None:
    for mark in lay_out(content, drawable):
        if isinstance(mark, Path | Dot):
            for x, y in mark.points if isinstance(mark, Path) else (mark.at,):
                assert LEFT <= x <= RIGHT
                assert TOP <= y <= BOTTOM


def test_a_point_stands_where_its_value_is() -> None:
    """A median child stands on the median curve."""
    lms = DEFAULT.spread("weight", "girl", 180)
    assert lms is not None
    content = picture(points=((180, round(scoring.value_at(lms, 0), 3)),))
    (dot,) = (mark for mark in lay_out(content, drawable) if isinstance(mark, Dot))
    scale = scale_of(content)
    median = dict(content.lines)[50][0]
    near = min(median, key=lambda point: abs(point[0] - 180))
    assert dot.at == pytest.approx(scale.at(*near), abs=1.0)


def test_the_svg_is_xml_whatever_she_calls_her_child() -> None:
    for name in ('<script>alert(1)</script>"&', "a\x00b\x1fc\ud7ff", "😀", "", "\u202e年糕"):
        root = ElementTree.fromstring(growth_svg(picture(nickname=name)))  # noqa: S314  # our own
        assert root.tag == f"{SVG}svg"
        assert {element.tag for element in root.iter()} <= {
            f"{SVG}{tag}" for tag in ("svg", "rect", "polygon", "polyline", "circle", "text")
        }


def test_both_show_the_same_words() -> None:
    content = picture("length", 60, last="最近一次 2026-11-20：74.5 cm，第 62.2 百分位")
    root = ElementTree.fromstring(growth_svg(content))  # noqa: S314  # our own
    words = [element.text for element in root.iter(f"{SVG}text")]
    marks: list[Mark] = lay_out(content, drawable)
    assert words == [mark.text for mark in marks if isinstance(mark, Words)]
    for text in (
        "年糕 · 身长/身高曲线",
        "女孩 · 0–5 岁 · 单位 cm",
        f"标准：{DEFAULT.name}",
        "P3",
        "P97",
        "躺着量",
        "站着量",
    ):
        assert text in words
    assert "曲线只供参考，不是诊断；建议下次儿保时咨询医生" in words
    assert all(drawable(text or "") == text for text in words), "the face has a glyph for everything that is said"


def test_the_png_is_one_screen_and_no_large_file() -> None:
    content = picture(points=((0, 3.2), (120, 6.3), (300, 8.6)))
    drawn = draw_growth(content)
    assert Image.open(io.BytesIO(drawn)).size == (WIDTH, HEIGHT)
    assert len(drawn) < 150_000
    assert draw_growth(content) == drawn


@pytest.mark.parametrize(
    "change",
    [
        {"nickname": "小雪"},
        {"sex": "boy"},
        {"points": ((200, 7.1),)},
        {"last": "最近一次 2026-11-20：9.35 kg，第 62.2 百分位"},
        {"corrected": True},
        {"standard": "另一个标准"},
        {"note": "门诊用另一个标准"},
    ],
)
def test_everything_that_is_said_is_on_it(change: dict[str, object]) -> None:
    def drawn(**changes: object) -> Image.Image:
        return Image.open(io.BytesIO(draw_growth(picture(**changes)))).convert("RGB")

    assert ImageChops.difference(drawn(), drawn(**change)).getbbox() is not None
