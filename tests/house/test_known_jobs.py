"""A job can be enqueued only by a process that knows it, so a route's process must know what its verbs enqueue."""

import subprocess
import sys

LIST = "import foundation.jobs as jobs; print(*jobs._definitions)"
API = f"import server.commands.serve_one; {LIST}"
WORKER = f"import importlib; from server import parts; [importlib.import_module(name) for name in parts.JOBS]; {LIST}"

ENQUEUED_BY_WORKERS_ALONE = {
    "babies.walk": "the clock begins the walk after midnight",
    "privacy.baby_tombstone": "only the nightly job destroys a baby",
}


def _known(program: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_process_that_answers_requests_knows_every_job_that_is_not_a_workers_own() -> None:
    assert _known(WORKER) - _known(API) == set(ENQUEUED_BY_WORKERS_ALONE)
