"""`muying serve`: production. Several API processes on one port, kept alive; with --worker a worker too."""

import argparse
import asyncio
import logging

from foundation.settings import load_settings
from foundation.supervisor import Supervisor, stop_by_signal
from server.database_sentences import sentences
from server.migrate import check
from server.ports import require_free
from server.programs import program, shared_figures


def run(options: argparse.Namespace) -> int:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    settings = load_settings()
    require_free(settings.host, settings.port, "the API")
    with sentences(settings):
        asyncio.run(check(settings))
    environment = shared_figures(settings.home)
    programs = [program("api", "serve-one", count=settings.processes, environment=environment)]
    if options.worker:
        programs.append(program("worker", "work", environment=environment))
    supervisor = Supervisor(*programs)
    with stop_by_signal():
        try:
            supervisor.run()
        except KeyboardInterrupt:
            return 0
        finally:
            supervisor.stop()
