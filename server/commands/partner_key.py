"""`muying partner-key`: a partner gets a further key, printed once, or loses one."""

import argparse

from server import provisioning
from server.commands.providing import provide


def run(options: argparse.Namespace) -> int:
    if options.revoke is not None:
        return provide(lambda: provisioning.revoke_partner_key(options.name, options.revoke))
    return provide(lambda: provisioning.add_partner_key(options.name))
