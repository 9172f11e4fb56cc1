"""`muying serve`: production. Several API processes on one port, kept alive; with --worker a worker too."""

import argparse
import asyncio
import logging
import subprocess
import sys

from foundation import wrapping_keys
from foundation.settings import Settings, load_settings
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
        asyncio.run(_check(settings))
    environment = shared_figures(settings.home)
    replay_tombstones()
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


async def _check(settings: Settings) -> None:
    """What would make every process of ours die as soon as it is started, again and again."""
    await check(settings)
    await wrapping_keys.check(settings)


def replay_tombstones() -> None:
    """Before anybody is served: a restored backup must not show who was erased. In a process of its own, since what
    erases is most of the service.

    A file store that is away does not keep everybody from the tills: the log says so, and the worker tries hourly.
    """
    command = [sys.executable, "-m", "server", "tombstones", "replay", "--recent"]
    replayed = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ourselves
    if replayed.returncode != 0:
        logging.error("the tombstones were not replayed: %s", replayed.stderr.strip())
    else:
        logging.info(replayed.stdout.strip())
