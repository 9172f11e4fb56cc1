"""`muying serve-one`: one API process. Several share the port; `muying serve` keeps them alive."""

import argparse

from server.app import create_app
from server.commands.serving import serve
from server.development_home import settings_here


def run(_options: argparse.Namespace) -> int:
    settings = settings_here()
    serve(create_app(settings), settings.host, settings.port, "the API")
    return 0
