"""`muying reconcile`: the invariants, proved in SQL."""

import argparse
import asyncio

from server.database_sentences import sentences
from server.development_home import settings_here
from server.reconcile import reconcile


def run(_options: argparse.Namespace) -> int:
    settings = settings_here()
    with sentences(settings):
        return asyncio.run(reconcile(settings))
