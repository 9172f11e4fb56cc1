"""`muying retention`: the time limits, a run by hand, the proof that something is gone."""

import argparse
import asyncio

from foundation.settings import Settings
from server import house, retention
from server.database_sentences import sentences
from server.development_home import settings_here
from server.provisioning import Lines


def run(options: argparse.Namespace) -> int:
    settings = settings_here()
    with sentences(settings):
        print(*asyncio.run(_in_the_house(settings, options)), sep="\n")
    return 0


async def _in_the_house(settings: Settings, options: argparse.Namespace) -> Lines:
    await retention.up(settings)
    try:
        match options.verb:
            case "run":
                return await retention.run()
            case "proof":
                return await retention.proof(options.what, options.ids)
            case _:
                return await retention.report()
    finally:
        await house.down()
