"""The other side of `foundation.beside`: what a process beside the service does all its life.

In comes a request, out goes an answer, one after the other, each as bytes after their length. The process ends when
its input ends, which also happens when the process that started it is killed: nobody else holds the other end. It
knows as little as possible of the rest of the house, so that it stays small.
"""

import signal
import struct
import sys
from collections.abc import Callable

LENGTH = struct.Struct(">I")
"""Goes before each request and each answer: how many bytes follow."""


def settle_signals() -> None:
    """Call it first of all, before the imports that take a while; only where this is the program itself.

    Ctrl-C and the end of the service reach the whole process group, but it is the service that decides when no answer
    is waited for any more.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # An answer that nobody is left to read is no error to print.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def serve(answer: Callable[[bytes], bytes]) -> None:
    """Answers what is asked on the standard input until that ends."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := requests.read(LENGTH.size):
        answered = answer(requests.read(LENGTH.unpack(head)[0]))
        answers.write(LENGTH.pack(len(answered)) + answered)
        answers.flush()
