"""`muying add-staff`: a person is taken on; how she signs in is printed once."""

import argparse

from server import provisioning
from server.commands.providing import provide


def run(options: argparse.Namespace) -> int:
    return provide(lambda: provisioning.add_staff(options.name, options.role, store=options.store))
