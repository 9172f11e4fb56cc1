"""Pictures that people send: checked, turned, freed of all that is not picture, in three sizes.

Size in bytes, format and pixels are checked from the header; only then a process of its own, with little memory and
little time, decodes (`foundation.picture_worker`). What comes out is encoded anew: no EXIF, no place where it was
taken, nothing that was hidden behind it.
"""

import logging

import msgspec

from foundation.beside import Beside, Died
from foundation.errors import Problem, TooLarge
from foundation.picture_headers import format_of, read_header
from foundation.picture_shapes import MOST_PIXELS, Made, Resized

log = logging.getLogger(__name__)

MOST_BYTES = 5 * 1024 * 1024

# Each one waiting holds up to 5 MB and may take a second of a CPU. One death is enough to blame a picture for it.
decoder = Beside("foundation.picture_worker", patience_seconds=5.0, most_waiting=12, tries=1)


class PictureTooLarge(TooLarge):
    """More than `MOST_BYTES` bytes or more than `MOST_PIXELS` pixels."""

    code = "picture_too_large"
    title = "The picture has more than 5 MB or 25 megapixels"
    detail = "图片太大啦，请换一张 5MB 以内的图片再试"


class PictureFormatUnsupported(Problem):
    status = 415
    code = "picture_format_unsupported"
    title = "The picture is not JPEG, PNG or WebP, whatever its name says"
    detail = "暂时只支持 JPG、PNG、WebP 格式的图片，请换一张再试"


class PictureUnreadable(Problem):
    status = 422
    code = "picture_unreadable"
    title = "The picture is cut off or broken"
    detail = "这张图片打不开，可能没有传完整，请重新选择一张"


REFUSALS = (PictureTooLarge, PictureFormatUnsupported, PictureUnreadable)
"""For the routes that take pictures."""


async def check_and_resize(raw: bytes) -> Resized:
    """The picture in three sizes.

    Errors: `PictureTooLarge`, `PictureFormatUnsupported`, `PictureUnreadable`; `Unavailable` when many come at once.
    """
    if len(raw) > MOST_BYTES:
        raise PictureTooLarge
    picture_format = format_of(raw)
    if picture_format is None:
        raise PictureFormatUnsupported
    header = read_header(raw, picture_format)
    if header is None:
        raise PictureUnreadable
    if header.width * header.height > MOST_PIXELS:
        raise PictureTooLarge
    try:
        answer = await decoder.ask(raw)
    except Died as died:
        raise PictureUnreadable from died
    made = msgspec.msgpack.decode(answer, type=Made)
    if made.resized is None:
        log.info("a %s of %d x %d pixels is unreadable: %s", header.format, header.width, header.height, made.error)
        raise PictureUnreadable
    return made.resized


async def stop() -> None:
    """Ends the process that decodes, if there is one."""
    await decoder.stop()
