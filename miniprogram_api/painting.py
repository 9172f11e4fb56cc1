"""Pictures, drawn in one process beside this one: font and grounds take 30 MB, and drawing takes the whole CPU."""

import msgspec

from foundation.beside import Beside, Died
from foundation.errors import Unavailable
from miniprogram_api.card_content import CardPicture, Painted
from miniprogram_api.growth_content import GrowthPicture
from miniprogram_api.year_content import YearPicture

# A picture takes some 20 ms: more than 64 could not be drawn in time on a busy machine, so they are not begun.
painter = Beside("miniprogram_api.painter", patience_seconds=4.0, most_waiting=64)


class NotDrawn(Exception):
    """The painter refuses what it was asked to draw: our own mistake, in words."""


async def paint(content: CardPicture | YearPicture | GrowthPicture) -> bytes:
    """The picture as PNG (see `draw_card`, `draw_year`, `draw_growth` in the modules of the pictures).

    Errors: `Unavailable` when there is no picture in time; `NotDrawn` for what can't be drawn (an unknown level, a
    token too long).
    """
    try:
        answer = await painter.ask(msgspec.msgpack.encode(content))
    except Died as died:
        raise Unavailable from died
    painted = msgspec.msgpack.decode(answer, type=Painted)
    if painted.error:
        raise NotDrawn(painted.error)
    return painted.png


async def stop() -> None:
    """Ends the painter, if there is one, within little more than a second."""
    await painter.stop()
