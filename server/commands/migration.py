"""`muying migration`: a migration for what has changed in the models."""

import argparse
import asyncio

from server.migration_writer import make_migration


def run(_options: argparse.Namespace) -> int:
    written = asyncio.run(make_migration())
    for file in written:
        print(file)
    if not written:
        print("The models have not changed: no migration.")
    return 0
