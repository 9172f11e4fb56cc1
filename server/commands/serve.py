"""`muying serve`: production. Several API processes on one port, kept alive; with --worker a worker too."""

import argparse
import asyncio
import logging
import sys

from foundation.settings import load_settings
from foundation.supervisor import Program, Supervisor, stop_by_signal
from server.commands.database import sentences
from server.commands.ports import require_free
from server.migrate import check

STOP_SECONDS = 20.0
"""Longer than the longest request and than a job's last statement."""


def run(options: argparse.Namespace) -> int:
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    settings = load_settings()
    require_free(settings.host, settings.port, "the API")
    with sentences(settings):
        asyncio.run(check(settings))
    programs = [program("api", "serve-one", settings.processes)]
    if options.worker:
        programs.append(program("worker", "work"))
    supervisor = Supervisor(*programs)
    with stop_by_signal():
        try:
            supervisor.run()
        except KeyboardInterrupt:
            return 0
        finally:
            supervisor.stop()


def program(name: str, command: str, count: int = 1) -> Program:
    return Program(
        name=name,
        command=(sys.executable, "-m", "server", command),
        count=count,
        stop_seconds=STOP_SECONDS,
    )
