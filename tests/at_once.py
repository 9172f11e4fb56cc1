"""Several processes share the tests, file by file (pytest-xdist, `make test`); each has a database of its own.

What looks at everything that a run has left behind can't be shared: every process runs it, after all its other tests.
"""

import os

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController


class LastByEveryone(LoadFileScheduling):
    """Who is free takes the next file; for whom none is left, the tests below the folder `last` remain.

    The files below `first` are taken up first: the slowest, one of which at the end would let the others wait.
    """

    def __init__(self, config: pytest.Config, log: Producer | None, *, first: str, last: str) -> None:
        super().__init__(config, log)
        self._first = first
        self._last = last
        self._last_tests: list[str] | None = None
        self._without_last: set[WorkerController] = set()

    @property
    def tests_finished(self) -> bool:
        return not self._without_last and super().tests_finished

    def schedule(self) -> None:
        super().schedule()
        if self.collection is None:  # they have not collected the same tests, and the run ends with what differs
            self._without_last.clear()

    def add_node(self, node: WorkerController) -> None:
        super().add_node(node)
        self._without_last.add(node)

    def remove_node(self, node: WorkerController) -> str | None:
        self._without_last.discard(node)
        return super().remove_node(node)

    def _split_scope(self, nodeid: str) -> str:
        return self._last if nodeid.startswith(f"{self._last}/") else super()._split_scope(nodeid)

    def _arrange(self) -> list[str]:
        for file in [file for file in self.workqueue if file.startswith(f"{self._first}/")]:
            self.workqueue.move_to_end(file, last=False)
        return list(self.workqueue.pop(self._last, ()))

    def _assign_work_unit(self, node: WorkerController) -> None:
        if self._last_tests is None:
            self._last_tests = self._arrange()
        if self.workqueue:
            super()._assign_work_unit(node)

    def _reschedule(self, node: WorkerController) -> None:
        if not self.workqueue and self._last_tests is not None and node in self._without_last:
            self._without_last.discard(node)
            self.assigned_work[node][self._last] = dict.fromkeys(self._last_tests, False)
            places = self.registered_collections[node]
            node.send_runtest_some([places.index(test) for test in self._last_tests])
        super()._reschedule(node)


def redis_of_this_process(url: str) -> str:
    """A given Redis has a database for each of them: they have one app of WeChat's, and a stand-in each."""
    process = os.environ.get("PYTEST_XDIST_WORKER")
    return url if process is None else f"{url.partition('?')[0]}?db={process.removeprefix('gw')}"
