"""The load: keep-alive connections that send prepared requests and time the answers. A process of its own.

Reads a job as JSON on standard input, writes the figures as JSON on standard output. The requests come from a file of
length-prefixed raw HTTP requests; with fewer requests than time allows they are sent again from the start, unless
`once` is set (a write may be sent only once), when the run ends with them.
"""

import asyncio
import struct
import sys
import time
from pathlib import Path
from typing import cast

import msgspec
import uvloop

WARMUP_SECONDS = 0.5


class LoadJob(msgspec.Struct):
    """What to send: `seconds` is the longest; `expected_status` is what counts as success."""

    port: int
    requests_path: str
    connections: int
    seconds: float
    expected_status: int
    once: bool = False


class Figures(msgspec.Struct):
    """What came back. Times in milliseconds, of requests after the warm-up."""

    requests: int
    seconds: float
    per_second: float
    median_ms: float
    p99_ms: float
    unexpected: dict[str, int]


class Client(asyncio.Protocol):
    """One connection: sends the next request when an answer is whole."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        self.buffer = bytearray()
        self.started = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is one by its methods only
        self.send()

    def send(self) -> None:
        assert self.transport is not None
        request = self.run.next_request()
        if request is None:
            self.transport.close()
            return
        self.started = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.buffer[:end]).lower()
        start = head.find(b"content-length:")
        length = int(head[start + 15 : (head + b"\r\n").find(b"\r\n", start)]) if start >= 0 else 0
        if len(self.buffer) < end + 4 + length:
            return
        self.run.answered(int(head[9:12]), time.perf_counter() - self.started)
        del self.buffer[: end + 4 + length]
        self.send()

    def connection_lost(self, _error: Exception | None) -> None:
        self.run.lost()


class Run:
    """All connections of one run."""

    def __init__(self, job: LoadJob, requests: list[bytes]) -> None:
        self.job = job
        self.requests = requests
        self.position = 0
        self.times: list[float] = []
        self.unexpected: dict[str, int] = {}
        self.open = job.connections
        self.done = asyncio.Event()
        self.began = time.perf_counter()
        self.counted_from = self.began + WARMUP_SECONDS
        self.last = self.began

    def next_request(self) -> bytes | None:
        if time.perf_counter() >= self.began + self.job.seconds or self.position >= len(self.requests):
            return None
        request = self.requests[self.position]
        self.position += 1
        if self.position == len(self.requests) and not self.job.once:
            self.position = 0
        return request

    def answered(self, status: int, seconds: float) -> None:
        if status != self.job.expected_status:
            self.unexpected[str(status)] = self.unexpected.get(str(status), 0) + 1
        now = time.perf_counter()
        if now >= self.counted_from:
            self.times.append(seconds)
            self.last = now

    def lost(self) -> None:
        self.open -= 1
        if self.open == 0:
            self.done.set()

    def figures(self) -> Figures:
        times = sorted(self.times)
        assert times, "no answer came after the warm-up"
        seconds = self.last - self.counted_from
        return Figures(
            requests=len(times),
            seconds=seconds,
            per_second=len(times) / seconds,
            median_ms=times[len(times) // 2] * 1e3,
            p99_ms=times[len(times) * 99 // 100] * 1e3,
            unexpected=self.unexpected,
        )


def write_requests(path: Path, requests: list[bytes]) -> None:
    """The file that a run reads."""
    path.write_bytes(b"".join(struct.pack("!I", len(request)) + request for request in requests))


def _read_requests(path: Path) -> list[bytes]:
    raw, found, position = path.read_bytes(), [], 0
    while position < len(raw):
        (length,) = struct.unpack_from("!I", raw, position)
        found.append(raw[position + 4 : position + 4 + length])
        position += 4 + length
    return found


async def _run(job: LoadJob) -> Figures:
    run = Run(job, _read_requests(Path(job.requests_path)))
    loop = asyncio.get_running_loop()
    for _ in range(job.connections):
        await loop.create_connection(lambda: Client(run), "127.0.0.1", job.port)
    await asyncio.wait_for(run.done.wait(), job.seconds + 15)
    return run.figures()


if __name__ == "__main__":
    sys.stdout.buffer.write(
        msgspec.json.encode(uvloop.run(_run(msgspec.json.decode(sys.stdin.buffer.read(), type=LoadJob))))
    )
