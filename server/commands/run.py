"""`muying run`, which is `make run`: everything on this machine, for development."""

import argparse

from server.development import run_everything


def run(_options: argparse.Namespace) -> int:
    return run_everything()
