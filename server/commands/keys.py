"""`muying keys`: new secrets for a new machine."""

import argparse

from foundation.settings import new_secrets


def run(_options: argparse.Namespace) -> int:
    for name, value in new_secrets().items():
        print(f"{name}={value}")
    return 0
