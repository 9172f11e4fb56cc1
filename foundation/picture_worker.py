"""The process that decodes strangers' pictures. `foundation.pictures` asks it.

In comes the file as it was sent, out goes a `Made` as msgpack. Memory and time are limited by the kernel: whatever a
picture does to the decoder, it does it here.
"""

from foundation.beside_worker import serve, settle_signals

if __name__ == "__main__":  # first, since the imports take a while; who only imports this keeps its own signals
    settle_signals()

import io
import resource
import signal

import msgspec
from PIL import Image, ImageCms, ImageOps

from foundation.picture_shapes import LONG_EDGES, MOST_PIXELS, Made, Resized

MEMORY_BYTES = 1 << 30
"""Address space: the largest picture allowed, with transparency, as WebP, takes some 600 MB of it for a moment."""
CPU_SECONDS = 4.0
"""For one picture; the largest takes about one."""
_QUALITY = 82
_SRGB = ImageCms.createProfile("sRGB")


def make(raw: bytes) -> bytes:
    """One file answered."""
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)  # nobody handles SIGPROF: it ends the process
    try:
        made = Made(resized=resized(raw))
    except Exception as error:  # a decoder that is fed by strangers may raise anything
        made = Made(error=f"{type(error).__name__}: {error}")
    signal.setitimer(signal.ITIMER_PROF, 0)
    return msgspec.msgpack.encode(made)


def resized(raw: bytes) -> Resized:
    """Turned as its EXIF says, in sRGB, encoded anew: only the pixels are left. Of an animation the first frame."""
    with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError(f"{opened.width} x {opened.height} pixels where the header said less")
        opened.draft(None, (max(LONG_EDGES), max(LONG_EDGES)))  # a large JPEG is decoded no larger than needed
        profile = opened.info.get("icc_profile")
        picture = _plain(ImageOps.exif_transpose(opened), profile)
    small, screen, large = LONG_EDGES
    largest = _at_most(picture, large)
    middle = _at_most(largest, screen)
    return Resized(
        width=largest.width,
        height=largest.height,
        sizes=(_webp(_at_most(middle, small)), _webp(middle), _webp(largest)),
    )


def _plain(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB or RGBA with eight bits a channel, in sRGB where the picture says which colours it means."""
    if picture.mode.startswith(("I;16", "I")):
        picture = picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, _SRGB, outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            converted = None  # a broken profile is no reason to refuse a picture that can be seen
        if converted is not None:
            return converted
    return picture.convert(mode)


def _at_most(picture: Image.Image, edge: int) -> Image.Image:
    """No larger than this; a smaller one is not blown up."""
    longest = max(picture.size)
    if longest <= edge:
        return picture
    size = (max(1, picture.width * edge // longest), max(1, picture.height * edge // longest))
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _webp(picture: Image.Image) -> bytes:
    bare = picture.copy()
    bare.info = {}  # WebP would take profile and EXIF along from here
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(make)
