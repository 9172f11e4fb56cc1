"""The painter: a process of its own that draws card pictures. `miniprogram_api.painting` asks it.

In comes a `CardPicture`, out goes a `Painted`, both as msgpack.
"""

from foundation.beside_worker import serve, settle_signals

settle_signals()

import msgspec  # noqa: E402 — what is imported below takes a while, and signals may come meanwhile

from miniprogram_api.card_content import CardPicture, Painted  # noqa: E402 — see above
from miniprogram_api.card_picture import draw_card  # noqa: E402 — see above

_read = msgspec.msgpack.Decoder(CardPicture).decode


def paint(request: bytes) -> bytes:
    """A request of the painter answered."""
    return msgspec.msgpack.encode(_painted(_read(request)))


def _painted(content: CardPicture) -> Painted:
    try:
        return Painted(png=draw_card(content))
    except (KeyError, ValueError) as refused:
        return Painted(error=f"{type(refused).__name__}: {refused}")


if __name__ == "__main__":
    serve(paint)
