"""`muying seed`: the small named world is planted, and its credentials are written to the home."""

import argparse
import asyncio

from server.database_sentences import sentences
from server.development_home import settings_here
from server.development_world import credentials_file, write_credentials
from server.seeds import plant


def run(_options: argparse.Namespace) -> int:
    settings = settings_here()
    with sentences(settings):
        world = asyncio.run(plant(settings))
    write_credentials(settings.home, world)
    print(f"The world is planted; how to sign in is in {credentials_file(settings.home)}.")
    return 0
