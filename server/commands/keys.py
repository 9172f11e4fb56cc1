"""`muying keys`: new secrets for a new machine; the rotation of keys."""

import argparse
import asyncio

from foundation.settings import Settings
from server import house, keys
from server.database_sentences import sentences
from server.development_home import settings_here
from server.provisioning import Lines


def run(options: argparse.Namespace) -> int:
    if options.verb == "new":
        print(*keys.new(), sep="\n")
        return 0
    settings = settings_here()
    with sentences(settings):
        print(*asyncio.run(_in_the_house(settings, options.verb)), sep="\n")
    return 0


async def _in_the_house(settings: Settings, verb: str) -> Lines:
    await keys.up(settings)
    try:
        match verb:
            case "rotate-master":
                return await keys.rotate_master(settings)
            case "rotate-data":
                return await keys.rotate_data(settings)
            case _:
                return await keys.status()
    finally:
        await house.down()
