"""The picture of a year."""

import io
import time

import msgspec
import pytest
from PIL import Image, ImageChops

from miniprogram_api import painting
from miniprogram_api.year_content import YearPicture
from miniprogram_api.year_picture import HEIGHT, WIDTH, draw_year

YEAR = YearPicture(
    2026,
    (320, 410, 150, 980, 1260, 2310, 640, 720, 450, 1180, 1530, 890),
    (0, 200, 0, 500, 0, 1800, 300, 0, 620, 0, 1200, 0),
    4620,
    7,
    6220,
)
NOTHING = YearPicture(2026, (0,) * 12, (0,) * 12, 0, 0, 0)


def drawn(**changes: object) -> Image.Image:
    return Image.open(io.BytesIO(draw_year(msgspec.structs.replace(YEAR, **changes)))).convert("RGB")


def test_it_is_one_screen_and_no_large_file() -> None:
    picture = draw_year(YEAR)
    assert Image.open(io.BytesIO(picture)).size == (WIDTH, HEIGHT)
    assert len(picture) < 150_000
    assert draw_year(YEAR) == picture


@pytest.mark.parametrize(
    "change",
    [
        {"year": 2025},
        {"earned": (321, *YEAR.earned[1:])},
        {"spent": (900, *YEAR.spent[1:])},
        {"used": 1},
        {"redemptions": 8},
        {"closing": 6221},
    ],
)
def test_every_figure_is_on_it(change: dict[str, object]) -> None:
    assert ImageChops.difference(drawn(), drawn(**change)).getbbox() is not None


def test_a_higher_month_has_a_higher_bar() -> None:
    """The first month's bar, in a year whose scale stays the same."""
    low, high = drawn(), drawn(earned=(1320, *YEAR.earned[1:]))
    left, top, right, bottom = ImageChops.difference(low, high).crop((100, 480, 170, 770)).getbbox() or (0, 0, 0, 0)
    assert bottom - top == pytest.approx(292 * 1000 / 3000, abs=8)
    assert right - left < 24


@pytest.mark.parametrize("amount", [1, 10**6, 10**12, 2**62])
def test_any_amount_stays_inside(amount: int) -> None:
    """Nothing is written onto the margin, however long the numbers are."""
    wide = drawn(earned=(amount,) * 12, used=amount, redemptions=amount, closing=amount)
    margin = (WIDTH - 20, 320, WIDTH, HEIGHT)
    assert ImageChops.difference(wide.crop(margin), drawn().crop(margin)).getbbox() is None


def test_a_year_without_points_is_drawn_too() -> None:
    assert draw_year(NOTHING) != draw_year(msgspec.structs.replace(NOTHING, used=5))


def test_a_year_has_twelve_months() -> None:
    with pytest.raises(ValueError, match="twelve"):
        draw_year(msgspec.structs.replace(YEAR, earned=(1,)))


async def test_the_painter_draws_it_and_refuses_what_is_none() -> None:
    assert await painting.paint(YEAR) == draw_year(YEAR)
    with pytest.raises(painting.NotDrawn):
        await painting.paint(msgspec.structs.replace(YEAR, earned=(1,)))


def test_it_is_drawn_in_a_fraction_of_what_the_painter_may_take() -> None:
    draw_year(YEAR)
    began = time.process_time()
    draw_year(YEAR)
    assert time.process_time() - began < painting.painter.patience_seconds / 4
