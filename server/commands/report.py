"""`muying report minors --year 2026`: the yearly audit of children's data, as Markdown."""

import argparse
import asyncio
import sys

from foundation import clock
from foundation.settings import Settings
from foundation.startup import CannotStart
from membership import privacy
from server import data_map, house, migrate
from server.database_sentences import sentences
from server.development_home import settings_here

EARLIEST = 2020
STATEMENT_MILLISECONDS = 10 * 60 * 1000


def run(options: argparse.Namespace) -> int:
    this_year = clock.today().year
    if not EARLIEST <= options.year <= this_year:
        raise CannotStart(f"The year must be one from {EARLIEST} to {this_year}.")
    settings = settings_here()
    # On stderr: what is on stdout is the report, and nothing else.
    sys.stderr.write("Reading whole tables; with very many members this takes minutes.\n")
    with sentences(settings):
        sys.stdout.write(asyncio.run(_in_the_house(settings, options.year)))
    return 0


async def _in_the_house(settings: Settings, year: int) -> str:
    await migrate.check(settings)
    data_map.whole()
    await house.up(settings, statement_milliseconds=STATEMENT_MILLISECONDS)
    try:
        return privacy.minors_page(await privacy.minors_report(year))
    finally:
        await house.down()
