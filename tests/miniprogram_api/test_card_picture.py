"""The card picture, read back: the code by a decoder, the writing by looking where the ink is."""

import base64
import hashlib
import io
import time
from datetime import UTC, datetime

import msgspec
import pytest
import zxingcpp
from PIL import Image, ImageChops

from miniprogram_api.card_picture import CardPicture, draw_card
from miniprogram_api.fonts import drawable, fitted, font

LEVELS = {"standard": "普通", "silver": "银卡", "gold": "金卡", "diamond": "钻石"}
NAME_LINE = (0, 160, 750, 240)
NUMBER_AND_POINTS = (0, 300, 750, 360)


def token(characters: int) -> str:
    """As a signed token looks: base64url, as good as random."""
    raw = b"".join(hashlib.sha256(bytes([at])).digest() for at in range(40))
    return base64.urlsafe_b64encode(raw).decode()[:characters]


def card(**changes: object) -> CardPicture:
    content = CardPicture(
        qr=token(200),
        number="668801234567",
        level_code="gold",
        level_name="金卡",
        name="糖*妈妈",
        points=12860,
        expires_at=datetime(2025, 6, 1, 4, 5, 6, tzinfo=UTC),
    )
    return msgspec.structs.replace(content, **changes)


def picture(content: CardPicture) -> Image.Image:
    return Image.open(io.BytesIO(draw_card(content))).convert("RGB")


def difference(
    one: CardPicture, other: CardPicture, box: tuple[int, int, int, int]
) -> tuple[int, int, int, int] | None:
    """Where inside `box` the two cards differ; None when they don't."""
    return ImageChops.difference(picture(one).crop(box), picture(other).crop(box)).getbbox()


@pytest.mark.parametrize("level_code", LEVELS)
@pytest.mark.parametrize("characters", [1, 150, 220, 400])
def test_a_scanner_reads_the_token(level_code: str, characters: int) -> None:
    content = card(qr=token(characters), level_code=level_code, level_name=LEVELS[level_code])
    [found] = zxingcpp.read_barcodes(picture(content))
    assert (found.text, found.format) == (content.qr, zxingcpp.BarcodeFormat.QRCode)
    assert found.ec_level in {"M", "Q", "H"}


def test_a_token_with_a_pattern_is_read_too() -> None:
    # One mask serves all tokens (see card_picture): also those that it suits least.
    for qr in ("A" * 200, "eyJ" * 66, "0" * 200, "3f" * 100):
        [found] = zxingcpp.read_barcodes(picture(card(qr=qr)))
        assert found.text == qr


def test_a_small_or_worn_screen_is_still_read() -> None:
    shown = picture(card(qr=token(220)))
    for width in (375, 320):
        small = shown.resize((width, shown.height * width // shown.width), Image.Resampling.BILINEAR)
        [found] = zxingcpp.read_barcodes(small)
        assert found.text == token(220)
    # A scratch across the code: error correction M repairs it.
    shown.paste((255, 255, 255), (300, 690, 420, 705))
    [found] = zxingcpp.read_barcodes(shown)
    assert found.text == token(220)


def test_modules_are_four_pixels_and_more_with_white_around_them() -> None:
    for characters in (150, 220, 1200):
        shown = (
            picture(card(qr=token(characters))).crop((60, 392, 690, 992)).convert("L").point(lambda v: v > 128 and 255)
        )
        left, top, right, bottom = ImageChops.invert(shown).getbbox() or pytest.fail("no code")
        assert right - left == bottom - top
        corner = ImageChops.invert(shown.crop((left, top, left + 200, top + 1)))
        run = next(at for at in range(200) if corner.getpixel((at, 0)) == 0)
        assert run % 7 == 0, "a finder pattern is seven modules wide"
        module = run // 7
        assert module >= 4
        assert min(left, top, shown.width - right, shown.height - bottom) >= 4 * module


def test_a_token_that_no_scanner_could_read_is_refused() -> None:
    with pytest.raises(ValueError, match="too fine"):
        draw_card(card(qr=token(1600)))
    with pytest.raises(ValueError, match="too large"):
        draw_card(card(qr="x" * 4000))


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(KeyError):
        draw_card(card(level_code="platinum"))


@pytest.mark.parametrize("level_code", LEVELS)
def test_the_file_is_a_small_png_of_one_screen(level_code: str) -> None:
    png = draw_card(card(level_code=level_code, qr=token(220)))
    assert len(png) < 80_000
    shown = Image.open(io.BytesIO(png))
    assert (shown.format, shown.size) == ("PNG", (750, 1130))


def test_levels_look_different_and_the_same_card_looks_the_same() -> None:
    heads = {picture(card(level_code=level)).crop((0, 0, 750, 392)).tobytes() for level in LEVELS}
    assert len(heads) == len(LEVELS)
    assert draw_card(card()) == draw_card(card())


def test_a_member_does_not_appear_on_the_next_card() -> None:
    before = draw_card(card(name="甲*", points=1))
    draw_card(card(name="乙*" * 9, points=99_999_999))
    assert draw_card(card(name="甲*", points=1)) == before


def test_every_field_is_on_the_card() -> None:
    plain = card()
    assert difference(plain, card(name="豆*"), NAME_LINE)
    assert difference(plain, card(points=12861), NUMBER_AND_POINTS)
    assert difference(plain, card(number="668801234568"), NUMBER_AND_POINTS)
    assert difference(plain, card(level_name="铂金"), (0, 70, 750, 135))
    assert difference(plain, card(expires_at=datetime(2025, 6, 1, 4, 5, 7, tzinfo=UTC)), (0, 1030, 750, 1070))


def test_too_long_text_stays_on_the_card() -> None:
    most = card(name="很长的名字" * 200, level_name="至尊" * 50, number="8" * 300, points=-(2**63), level_code="silver")
    least = card(name="", level_name="", number="", points=0, level_code="silver")
    for margin in ((0, 0, 80, 1130), (670, 0, 750, 1130)):
        assert difference(most, least, margin) is None
    # Number and points stand on one line: the number ends before the points begin.
    points = int(666 - font(22).getlength(f"{most.points:,}"))
    without = msgspec.structs.replace(most, number="")
    assert difference(most, without, (points - 10, 300, 750, 360)) is None
    assert difference(most, without, (0, 300, points - 10, 360))


def test_a_name_of_unknown_glyphs_is_drawn_without_them() -> None:
    assert drawable("糖👩‍👧🎀 麻\n麻\u202e\u200d\ufe0f\U0010ffff") == "糖 麻 麻"
    assert drawable("Zoë 안녕 さくら 龘𠮷") == "Zoë 안녕 さくら 龘𠮷"
    assert difference(card(name="糖🎀*"), card(name="糖*"), NAME_LINE) is None


@pytest.mark.parametrize("name", ["", "  ", "🎀👶🏻", "\x00\u200b"])
def test_a_member_without_a_name_is_greeted(name: str) -> None:
    assert difference(card(name=name), card(name="亲爱的会员"), NAME_LINE) is None


def test_text_is_shortened_to_its_room() -> None:
    face = font(26)
    assert fitted("金卡会员", face, 400) == "金卡会员"
    short = fitted("金卡会员" * 9, face, 200)
    assert short.startswith("金卡") and short.endswith("…") and face.getlength(short) <= 200
    assert face.getlength(fitted("金卡会员" * 9, face, 200)[:-1] + "会…") > 200, "no shorter than need be"
    # A hostile length costs no more than a short one.
    begun = time.perf_counter()
    fitted("长" * 1_000_000, face, 200)
    assert time.perf_counter() - begun < 1


def test_the_face_is_the_simplified_chinese_one() -> None:
    assert font(26).getname() == ("Noto Sans CJK SC", "Regular")
    assert font(26) is font(26)
