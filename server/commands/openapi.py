"""`muying openapi`: the OpenAPI document, as `make openapi` keeps it in the repository."""

import argparse
import sys

import msgspec

from server.faces import document


def run(_options: argparse.Namespace) -> int:
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(document()), indent=2).decode() + "\n")
    return 0
