"""The painter: a process of its own that draws pictures. `miniprogram_api.painting` asks it.

In comes a `CardPicture` or a `YearPicture`, out goes a `Painted`, all as msgpack.
"""

from foundation.beside_worker import serve, settle_signals

if __name__ == "__main__":  # first, since the imports take a while; who only imports this keeps its own signals
    settle_signals()

import msgspec

from miniprogram_api.card_content import CardPicture, Painted
from miniprogram_api.card_picture import draw_card
from miniprogram_api.year_content import YearPicture
from miniprogram_api.year_picture import draw_year

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
