"""The painter: a process of its own that draws pictures. `miniprogram_api.painting` asks it.

In comes a `CardPicture`, a `YearPicture` or a `GrowthPicture`, out goes a `Painted`, all as msgpack.
"""

from foundation.beside_worker import serve, settle_signals

if __name__ == "__main__":  # first, since the imports take a while; who only imports this keeps its own signals
    settle_signals()

import msgspec

from miniprogram_api.card_content import CardPicture, Painted
from miniprogram_api.card_picture import draw_card
from miniprogram_api.growth_content import GrowthPicture
from miniprogram_api.growth_picture import draw_growth
from miniprogram_api.year_content import YearPicture
from miniprogram_api.year_picture import draw_year

Content = CardPicture | YearPicture | GrowthPicture

_read = msgspec.msgpack.Decoder(Content).decode


def paint(request: bytes) -> bytes:
    """A request of the painter answered."""
    return msgspec.msgpack.encode(_painted(_read(request)))


def _painted(content: Content) -> Painted:
    try:
        return Painted(png=_drawn(content))
    except (KeyError, ValueError) as refused:
        return Painted(error=f"{type(refused).__name__}: {refused}")


def _drawn(content: Content) -> bytes:
    match content:
        case CardPicture():
            return draw_card(content)
        case YearPicture():
            return draw_year(content)
        case GrowthPicture():
            return draw_growth(content)


if __name__ == "__main__":
    serve(paint)
