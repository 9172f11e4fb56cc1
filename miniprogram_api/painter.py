"""The painter: a process of its own that draws pictures. `miniprogram_api.painting` asks it.

In comes a `CardPicture` or a `YearPicture`, out goes a `Painted`, all as msgpack.
"""

from foundation.beside_worker import serve, settle_signals

settle_signals()

import msgspec  # noqa: E402 — what is imported below takes a while, and signals may come meanwhile

from miniprogram_api.card_content import CardPicture, Painted  # noqa: E402 — see above
from miniprogram_api.card_picture import draw_card  # noqa: E402 — see above
from miniprogram_api.year_content import YearPicture  # noqa: E402 — see above
from miniprogram_api.year_picture import draw_year  # noqa: E402 — see above

_read = msgspec.msgpack.Decoder(CardPicture | YearPicture).decode


def paint(request: bytes) -> bytes:
    """A request of the painter answered."""
    return msgspec.msgpack.encode(_painted(_read(request)))


def _painted(content: CardPicture | YearPicture) -> Painted:
    try:
        return Painted(png=draw_card(content) if isinstance(content, CardPicture) else draw_year(content))
    except (KeyError, ValueError) as refused:
        return Painted(error=f"{type(refused).__name__}: {refused}")


if __name__ == "__main__":
    serve(paint)
