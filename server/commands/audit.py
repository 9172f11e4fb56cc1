"""`muying audit`: the chain of the staff's changes is checked, or a lost tail is given up after a restore."""

import argparse
import asyncio

from foundation.settings import Settings
from server import audit, house
from server.database_sentences import sentences
from server.development_home import settings_here


def run(options: argparse.Namespace) -> int:
    settings = settings_here()
    with sentences(settings):
        return asyncio.run(_in_the_house(settings, options))


async def _in_the_house(settings: Settings, options: argparse.Namespace) -> int:
    await audit.up(settings)
    try:
        if options.verb == "verify":
            return await audit.verify()
        print(*await audit.give_up(options.reason or ""), sep="\n")
        return 0
    finally:
        await house.down()
