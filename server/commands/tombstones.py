"""`muying tombstones replay`: after a backup was restored, whoever had been erased is erased again."""

import argparse
import asyncio

from foundation.settings import Settings
from server import house, tombstones
from server.database_sentences import sentences
from server.development_home import settings_here
from server.provisioning import Lines


def run(options: argparse.Namespace) -> int:
    settings = settings_here()
    with sentences(settings):
        print(*asyncio.run(_in_the_house(settings, options)), sep="\n")
    return 0


async def _in_the_house(settings: Settings, options: argparse.Namespace) -> Lines:
    await tombstones.up(settings)
    try:
        return await tombstones.replay(all_days=not options.recent)
    finally:
        await house.down()
