"""What the provisioning commands share: the house is brought up for one verb, and its lines are printed."""

import asyncio
from collections.abc import Awaitable, Callable

from server.database_sentences import sentences
from server.development_home import settings_here
from server.provisioning import Lines, in_the_house


def provide(verb: Callable[[], Awaitable[Lines]]) -> int:
    """0, after the lines have been printed. Raises `CannotStart`."""
    settings = settings_here()
    with sentences(settings):
        lines = asyncio.run(in_the_house(settings, verb))
    print(*lines, sep="\n")
    return 0
