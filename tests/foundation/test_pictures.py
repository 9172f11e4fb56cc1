"""Pictures that people send: what is let in, what comes out, and what a hostile one can't do."""

import asyncio
import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator

import psutil
import pytest
from PIL import Image, ImageCms

from foundation import pictures
from foundation.beside import Beside
from foundation.picture_headers import Header, format_of, read_header
from foundation.pictures import PictureFormatUnsupported, PictureTooLarge, PictureUnreadable

ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photo(width: int = 400, height: int = 300) -> Image.Image:
    """Something with edges and colours: the left half red, the right half blue."""
    picture = Image.new("RGB", (width, height), (220, 30, 30))
    picture.paste((30, 30, 220), (width // 2, 0, width, height))
    return picture


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    assert picture.format == "WEBP"
    return picture


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_of(width: int, height: int, rows: bytes, *, depth: int = 8, colour: int = 0, between: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + between
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )


@pytest.fixture(autouse=True)
async def leave_no_process() -> AsyncIterator[None]:
    yield
    await pictures.stop()
    assert not [child for child in psutil.Process().children() if "foundation.picture_worker" in child.cmdline()]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_three_sizes_none_larger_than_asked_for(kind: str) -> None:
    made = await pictures.check_and_resize(encoded(photo(2400, 1600), kind))
    assert (made.width, made.height) == (1500, 1000)
    assert [opened(content).size for content in made.sizes] == [(320, 213), (750, 500), (1500, 1000)]
    for content in made.sizes:
        picture = opened(content).convert("RGB")
        left, right = (picture.getpixel((picture.width * at // 4, picture.height // 2)) for at in (1, 3))
        assert left[0] > 150 > left[2] and right[2] > 150 > right[0]


async def test_a_small_picture_is_not_blown_up() -> None:
    made = await pictures.check_and_resize(encoded(photo(500, 40), "PNG"))
    assert [opened(content).size for content in made.sizes] == [(320, 25), (500, 40), (500, 40)]
    thin = await pictures.check_and_resize(encoded(photo(4000, 1), "PNG"))
    assert opened(thin.sizes[0]).size == (320, 1)


async def test_exif_acts_and_is_gone_and_so_is_the_place() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # taken upright: what is stored must be turned
    exif[MAKE] = "ThePhoneOfHers"
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    for kind in ("JPEG", "WEBP", "PNG"):
        raw = encoded(photo(800, 600), kind, exif=exif)
        assert b"ThePhoneOfHers" in raw and Image.open(io.BytesIO(raw)).getexif().get_ifd(GPS)
        made = await pictures.check_and_resize(raw)
        assert (made.width, made.height) == (600, 800)
        for content in made.sizes:
            picture = opened(content)
            assert not picture.getexif() and not {"exif", "xmp", "icc_profile"} & picture.info.keys()
            assert b"ThePhoneOfHers" not in content
        # Turned to the right, what was left is above.
        assert opened(made.sizes[1]).convert("RGB").getpixel((100, 20))[0] > 150


async def test_what_is_hidden_behind_or_inside_a_picture_is_gone() -> None:
    page = b"<script>alert('hidden')</script>"
    for raw in (
        encoded(photo(), "PNG") + page,
        encoded(photo(), "JPEG", comment=page) + b"PK\x03\x04" + page,
        encoded(photo(), "WEBP", xmp=page) + page,
        png_of(4, 4, (b"\x00" + b"\x80" * 4) * 4, between=chunk(b"tEXt", b"Comment\x00" + page)),
    ):
        assert page in raw
        made = await pictures.check_and_resize(raw)
        assert all(page not in content for content in made.sizes)


async def test_transparency_stays() -> None:
    clear = Image.new("RGBA", (60, 40), (0, 200, 0, 0))
    clear.paste((0, 200, 0, 255), (30, 0, 60, 40))
    palette = clear.convert("P")
    palette.info["transparency"] = palette.getpixel((0, 0))
    for raw in (encoded(clear, "PNG"), encoded(clear, "WEBP", lossless=True), encoded(palette, "PNG")):
        picture = opened((await pictures.check_and_resize(raw)).sizes[2])
        assert picture.mode == "RGBA"
        assert picture.getpixel((5, 5))[3] == 0 and picture.getpixel((50, 20))[3] == 255


async def test_sixteen_bits_a_channel_become_eight() -> None:
    grey = Image.new("I;16", (40, 40), 0x8080)
    picture = opened((await pictures.check_and_resize(encoded(grey, "PNG"))).sizes[0]).convert("L")
    assert abs(picture.getpixel((20, 20)) - 0x80) <= 2
    rows = (b"\x00" + b"\xff\xff\x80\x80\x00\x00" * 10) * 10
    colour = opened((await pictures.check_and_resize(png_of(10, 10, rows, depth=16, colour=2))).sizes[0])
    assert all(abs(found - wanted) <= 12 for found, wanted in zip(colour.getpixel((5, 5)), (255, 128, 0), strict=True))


async def test_cmyk_is_seen_in_its_colours() -> None:
    raw = encoded(Image.new("CMYK", (80, 80), (0, 255, 255, 0)), "JPEG", quality=95)
    red, green, blue = opened((await pictures.check_and_resize(raw)).sizes[0]).convert("RGB").getpixel((40, 40))
    assert red > 200 and green < 60 and blue < 60


async def test_a_colour_profile_is_applied_and_a_broken_one_is_overlooked() -> None:
    linear = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()  # the wrong kind for RGB
    for profile in (b"no profile at all", linear):
        made = await pictures.check_and_resize(encoded(photo(), "JPEG", icc_profile=profile))
        assert opened(made.sizes[0]).convert("RGB").getpixel((40, 40))[0] > 150
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = await pictures.check_and_resize(encoded(photo(), "PNG", icc_profile=srgb))
    assert opened(made.sizes[0]).convert("RGB").getpixel((40, 40))[0] > 150


async def test_of_an_animation_the_first_picture_is_taken() -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in ("red", "blue", "green")]
    for kind in ("WEBP", "PNG"):
        raw = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
        picture = opened((await pictures.check_and_resize(raw)).sizes[0])
        assert getattr(picture, "n_frames", 1) == 1
        assert picture.convert("RGB").getpixel((25, 25))[0] > 200


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO"])
async def test_other_formats_are_refused_whatever_their_name_says(kind: str) -> None:
    with pytest.raises(PictureFormatUnsupported):
        await pictures.check_and_resize(encoded(photo(64, 64), kind))


@pytest.mark.parametrize(
    "raw", [b"", b"GIF89a", b"\xff\xd8", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7"]
)
async def test_what_is_no_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(PictureFormatUnsupported):
        await pictures.check_and_resize(raw)


async def test_too_many_bytes_are_refused_before_anything_else() -> None:
    with pytest.raises(PictureTooLarge):
        await pictures.check_and_resize(b"x" * (pictures.MOST_BYTES + 1))


async def test_a_bomb_is_refused_by_its_header_and_nothing_is_decoded() -> None:
    bomb = png_of(20_000, 20_000, b"\x00" * 20_001 * 300)  # 400 megapixels in some kilobytes
    assert len(bomb) < 10_000
    webp = bytearray(encoded(Image.new("RGBA", (10, 10)), "WEBP", lossless=True, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"))
    assert webp[12:16] == b"VP8X"
    webp[24:30] = (16_000).to_bytes(3, "little") * 2
    for raw in (bomb, bytes(webp)):
        with pytest.raises(PictureTooLarge):
            await pictures.check_and_resize(raw)
    assert not psutil.Process().children(recursive=True) or not [
        child for child in psutil.Process().children() if "foundation.picture_worker" in child.cmdline()
    ]


async def test_the_largest_picture_allowed_is_taken() -> None:
    picture = Image.new("RGBA", (5000, 5000), (9, 99, 9, 128))
    made = await pictures.check_and_resize(encoded(picture, "PNG", compress_level=1))
    assert (made.width, made.height) == (1500, 1500)


async def test_a_header_that_lies_is_found_out() -> None:
    """A second frame header tells the decoder another size than the first one told the check."""
    raw = encoded(photo(64, 64), "JPEG")
    at = raw.index(b"\xff\xc0")
    large = bytearray(raw[at : at + 19])
    large[5:9] = struct.pack(">HH", 60_000, 60_000)
    with pytest.raises(PictureUnreadable):
        await pictures.check_and_resize(raw[: at + 19] + bytes(large) + raw[at + 19 :])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_that_is_cut_off_is_unreadable(kind: str) -> None:
    noise = Image.frombytes("RGB", (200, 200), os.urandom(120_000))
    raw = encoded(noise, kind)
    for left in (5, 14, 20, 28, 40, len(raw) // 2, len(raw) - len(raw) // 5):
        with pytest.raises((PictureUnreadable, PictureFormatUnsupported)):
            await pictures.check_and_resize(raw[:left])
    assert (await pictures.check_and_resize(raw)).width == 200


async def test_a_broken_picture_does_not_cost_the_others_theirs() -> None:
    good, broken = encoded(photo(), "JPEG"), encoded(photo(), "JPEG")[:-900]
    answers = await asyncio.gather(
        *(pictures.check_and_resize(raw) for raw in (good, broken, good, broken, good)), return_exceptions=True
    )
    assert [isinstance(answer, PictureUnreadable) for answer in answers] == [False, True, False, True, False]


async def test_memory_is_limited_by_the_kernel() -> None:
    """The control for the header's check: a picture that came past it is more than the process may hold."""
    small = Beside("tests.foundation.small_memory_worker", patience_seconds=20, most_waiting=2, tries=1)
    answer = await small.ask(encoded(photo(4000, 4000), "PNG"))
    await small.stop()
    assert b"MemoryError" in answer


async def test_what_kills_the_decoder_is_unreadable_and_the_next_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pictures, "decoder", Beside("tests.foundation.dying_worker", patience_seconds=20, most_waiting=9, tries=1)
    )
    deadly, harmless = encoded(Image.new("RGB", (13, 13)), "PNG"), encoded(photo(), "PNG")
    answers = await asyncio.gather(
        *(pictures.check_and_resize(raw) for raw in (harmless, deadly, harmless)), return_exceptions=True
    )
    assert [isinstance(answer, PictureUnreadable) for answer in answers] == [False, True, False]
    await pictures.stop()


def test_headers_say_what_the_decoder_finds() -> None:
    for size in ((1, 1), (1, 9), (640, 480), (16383, 2)):
        picture = Image.new("RGB", size)
        for kind, options in (
            ("JPEG", {}),
            ("JPEG", {"progressive": True, "exif": Image.Exif().tobytes()}),
            ("PNG", {}),
            ("WEBP", {}),
            ("WEBP", {"lossless": True}),
            ("WEBP", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}),
        ):
            raw = encoded(picture, kind, **options)
            picture_format = format_of(raw)
            assert picture_format == kind.lower()
            assert read_header(raw, picture_format) == Header(picture_format, *size)


def test_noise_behind_a_good_beginning_never_raises() -> None:
    for at in range(300):
        noise = os.urandom(at)
        for beginning in (
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\0\0\0\0WEBP",
            b"RIFF\0\0\0\0WEBPVP8X",
            b"\xff\xd8\xff\xff",
        ):
            picture_format = format_of(beginning + noise)
            assert picture_format is not None
            read_header(beginning + noise, picture_format)


def test_who_only_imports_a_worker_keeps_its_own_signals() -> None:
    program = (
        "import signal; before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)];"
        "import foundation.picture_worker, miniprogram_api.painter;"
        "assert before == [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)]"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
