"""`muying add-partner`: a partner is taken on; its first key is printed once."""

import argparse

from server import provisioning
from server.commands.providing import provide


def run(options: argparse.Namespace) -> int:
    return provide(lambda: provisioning.add_partner(options.name))
