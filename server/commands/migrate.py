"""`muying migrate`: the database is brought to this program's state."""

import argparse
import asyncio

from server.database_sentences import sentences
from server.development_home import settings_here
from server.migrate import migrate


def run(_options: argparse.Namespace) -> int:
    settings = settings_here()
    with sentences(settings):
        asyncio.run(migrate(settings, progress=print))
    return 0
