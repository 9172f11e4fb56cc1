"""Card pictures, drawn in one process beside this one: font and grounds take 30 MB, and drawing takes the whole CPU.

The process is started with the first picture, replaced when it dies or hangs, and ends with this one, however that
ends (see `miniprogram_api.painter`).
"""

import asyncio
import contextlib
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque

import msgspec

from foundation.errors import Unavailable
from miniprogram_api.card_content import LENGTH, CardPicture, Painted

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 4.0
"""Longest wait for a picture; less than an answer may take."""
MOST_WAITING = 64
"""More pictures than this could not be drawn in time on a busy machine (some 20 ms each), so they are not begun."""
STOP_SECONDS = 1.0

_COMMAND = (sys.executable, "-m", "miniprogram_api.painter")


class NotDrawn(Exception):
    """The painter refuses what it was asked to draw: our own mistake, in words."""


class _PainterGone(Exception):
    """The process ended before it answered."""


class _Painter:
    """One life of the process. Answers come in the order of the requests."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None and process.stdout is not None, "both are pipes"
        self._process, self._requests, self._answers = process, process.stdin, process.stdout
        self._waiting: deque[asyncio.Future[Painted]] = deque()
        self._stopped = False
        self.heard_at = asyncio.get_running_loop().time()
        """When it last gave a sign of life, in the loop's time."""
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls) -> "_Painter":
        return cls(await asyncio.create_subprocess_exec(*_COMMAND, stdin=PIPE, stdout=PIPE))

    def gone(self) -> bool:
        # Which of its two pipes breaks first when it dies, nobody knows.
        return self._listening.done() or self._requests.is_closing()

    async def draw(self, content: CardPicture) -> bytes:
        if self.gone():
            raise _PainterGone
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable
        request = msgspec.msgpack.encode(content)
        # Whoever gives up waiting leaves a cancelled future in the row: the answer still comes, and is for nobody.
        answer: asyncio.Future[Painted] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        self._requests.write(LENGTH.pack(len(request)) + request)
        painted = await answer
        if painted.error:
            raise NotDrawn(painted.error)
        return painted.png

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
                painted = msgspec.msgpack.decode(await self._answers.readexactly(length), type=Painted)
                self.heard_at = asyncio.get_running_loop().time()
                answer = self._waiting.popleft()
                if not answer.done():
                    answer.set_result(painted)
        status = await self._process.wait()
        if not self._stopped:
            log.warning("the painter ended with exit status %d; the next picture starts another", status)
        for answer in self._waiting:
            if not answer.done():
                answer.set_exception(_PainterGone())


class _State:
    painter: asyncio.Task[_Painter] | None = None
    """The painter's start: many may wait for it, and none who goes away takes it along."""


async def paint(content: CardPicture) -> bytes:
    """The card as PNG (see `card_picture.draw_card`).

    Errors: `Unavailable` when there is no picture in time; `NotDrawn` for what can't be drawn (an unknown level, a
    token too long).
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            try:
                return await _paint_once(content)
            except _PainterGone:
                return await _paint_once(content)
    except TimeoutError as late:
        _replace_if_hung()
        raise Unavailable from late
    except (_PainterGone, OSError) as gone:  # it dies again and again, or the system has no process to spare
        raise Unavailable from gone


async def stop() -> None:
    """Ends the painter, if there is one, within little more than a second."""
    starting, _State.painter = _State.painter, None
    if starting is not None:
        with contextlib.suppress(OSError):
            await (await starting).stop()


async def _paint_once(content: CardPicture) -> bytes:
    painter = await asyncio.shield(_current())
    return await painter.draw(content)


def _current() -> asyncio.Task[_Painter]:
    """The painter, newly started where there is none or it is gone."""
    task = _State.painter
    if task is None or (task.done() and (task.exception() is not None or task.result().gone())):
        task = _State.painter = asyncio.create_task(_Painter.start())
    return task


def _replace_if_hung() -> None:
    """A long row is no reason to kill a painter that is getting on with it; silence is."""
    task = _State.painter
    if task is None or not task.done() or task.exception() is not None:
        return
    painter = task.result()
    if asyncio.get_running_loop().time() - painter.heard_at >= PATIENCE_SECONDS:
        log.error("the painter has been silent for %.0f s and is replaced", PATIENCE_SECONDS)
        painter.kill()
