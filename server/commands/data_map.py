"""`muying data-map`: the data map as a page, as `docs/data-map.md` keeps it in the repository."""

import argparse
import sys

from foundation.data_map_page import page
from server import data_map


def run(_options: argparse.Namespace) -> int:
    sys.stdout.write(page(data_map.whole()))
    return 0
