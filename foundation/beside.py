"""Work done in one process beside this one: what takes the whole CPU, much memory, or bytes that nobody trusts.

The process is started with the first request, replaced when it dies or hangs, and ends with this one, however that
ends (see `foundation.beside_worker`, which is its other side).
"""

import asyncio
import contextlib
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque

from foundation.beside_worker import LENGTH
from foundation.errors import Unavailable

log = logging.getLogger(__name__)

STOP_SECONDS = 1.0
_MOST_STARTS = 6
"""So often is a request sent again that waited behind others when the process died of them."""


class Died(Exception):
    """The process ended over this request, as often as the request was tried."""


class _Gone(Exception):
    """The process ended before this request's turn."""


class Beside:
    """A process that runs `python -m module` beside this one, while it is needed."""

    def __init__(self, module: str, *, patience_seconds: float, most_waiting: int, tries: int = 2) -> None:
        """`patience_seconds`: longest wait for an answer; less than the service's own answer may take.
        `most_waiting`: more requests at once are refused, since they could not be answered in time.
        `tries`: after how many deaths over one request it is blamed for them."""
        self.name = module
        self.command = (sys.executable, "-m", module)
        self.patience_seconds = patience_seconds
        self.most_waiting = most_waiting
        self.tries = tries
        self._start: asyncio.Task[_Life] | None = None
        """The start of the process: many may wait for it, and none who goes away takes it along."""

    async def ask(self, request: bytes) -> bytes:
        """The worker's answer. Errors: `Unavailable` when there is none in time, `Died`."""
        try:
            async with asyncio.timeout(self.patience_seconds):
                return await self._ask_until_answered(request)
        except TimeoutError as late:
            self._replace_if_hung()
            raise Unavailable from late
        except (_Gone, OSError) as gone:  # it dies again and again, or the system has no process to spare
            raise Unavailable from gone

    async def stop(self) -> None:
        """Ends the process, if there is one, within little more than a second."""
        starting, self._start = self._start, None
        if starting is not None:
            with contextlib.suppress(OSError):
                await (await starting).stop()

    async def _ask_until_answered(self, request: bytes) -> bytes:
        deaths = 0
        for _ in range(_MOST_STARTS):
            life = await asyncio.shield(self._current())
            try:
                return await life.ask(request, self.most_waiting)
            except Died:
                deaths += 1
                if deaths >= self.tries:
                    raise
            except _Gone:
                continue
        raise _Gone

    def _current(self) -> "asyncio.Task[_Life]":
        """The process, newly started where there is none or it is gone."""
        task = self._start
        if task is None or (task.done() and (task.exception() is not None or task.result().gone())):
            task = self._start = asyncio.create_task(_Life.start(self.name, self.command))
        return task

    def _replace_if_hung(self) -> None:
        """A long row is no reason to kill a process that is getting on with it; silence is."""
        task = self._start
        if task is None or not task.done() or task.exception() is not None:
            return
        life = task.result()
        if asyncio.get_running_loop().time() - life.heard_at >= self.patience_seconds:
            log.error("%s has been silent for %.0f s and is replaced", self.name, self.patience_seconds)
            life.kill()


class _Life:
    """One life of the process. Answers come in the order of the requests."""

    def __init__(self, name: str, process: Process) -> None:
        assert process.stdin is not None and process.stdout is not None, "both are pipes"
        self._name = name
        self._process, self._requests, self._answers = process, process.stdin, process.stdout
        self._waiting: deque[asyncio.Future[bytes]] = deque()
        self._stopped = False
        self.heard_at = asyncio.get_running_loop().time()
        """When it last gave a sign of life, in the loop's time."""
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, name: str, command: tuple[str, ...]) -> "_Life":
        return cls(name, await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE))

    def gone(self) -> bool:
        # Which of its two pipes breaks first when it dies, nobody knows.
        return self._listening.done() or self._requests.is_closing()

    async def ask(self, request: bytes, most_waiting: int) -> bytes:
        if self.gone():
            raise _Gone
        if len(self._waiting) >= most_waiting:
            raise Unavailable
        # Whoever gives up waiting leaves a cancelled future in the row: the answer still comes, and is for nobody.
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        self._requests.write(LENGTH.pack(len(request)) + request)
        return await answer

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def stop(self) -> None:
        self._stopped = True
        self._requests.close()
        done, _ = await asyncio.wait([self._listening], timeout=STOP_SECONDS)
        if not done:
            self.kill()
            await self._listening

    async def _listen(self) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                (length,) = LENGTH.unpack(await self._answers.readexactly(LENGTH.size))
                answered = await self._answers.readexactly(length)
                self.heard_at = asyncio.get_running_loop().time()
                answer = self._waiting.popleft()
                if not answer.done():
                    answer.set_result(answered)
        status = await self._process.wait()
        if not self._stopped:
            log.warning("%s ended with exit status %d; the next request starts another", self._name, status)
        for at, answer in enumerate(self._waiting):
            if not answer.done():
                answer.set_exception(_Gone() if at else Died())
