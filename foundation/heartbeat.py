"""The child's side of the supervisor: a sign of life from the event loop itself, once a second.

The sign comes from a task in the loop that serves requests, so a loop that hangs falls silent, even when its process
and its other threads are well.
"""

import asyncio
import contextlib
import os
import signal

PULSE_VARIABLE = "MUYING_HEARTBEAT_FD"
"""Names the open pipe on which a supervised process shows that it lives."""

PULSE_SECONDS = 1.0


async def beat() -> None:
    """Beats until cancelled; ends the process with SIGTERM when the supervisor is gone. Alone, it does nothing.

    The first beat says "ready": start it once the process can serve.
    """
    pulse = os.environ.get(PULSE_VARIABLE)
    if pulse is None:
        return
    descriptor = int(pulse)
    os.set_blocking(descriptor, False)
    while True:
        try:
            # A full pipe means a supervisor that is stopped for a while, not one that is gone.
            with contextlib.suppress(BlockingIOError):
                os.write(descriptor, b".")
        except BrokenPipeError:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        await asyncio.sleep(PULSE_SECONDS)
