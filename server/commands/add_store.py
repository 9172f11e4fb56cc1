"""`muying add-store`: a store is opened."""

import argparse

from server import provisioning
from server.commands.providing import provide


def run(options: argparse.Namespace) -> int:
    return provide(
        lambda: provisioning.add_store(
            options.code,
            options.name,
            options.address,
            partner=options.partner,
            return_days=options.return_days,
        )
    )
