"""The painter: a process of its own that draws card pictures. `miniprogram_api.painting` starts it and talks to it.

In comes a `CardPicture`, out goes a `Painted`, one after the other, each as msgpack after its length. It ends when its
input ends, which also happens when the API process is killed: nobody else holds the other end. It knows nothing of the
rest of the house, so that it stays small.
"""

import signal
import sys
from typing import BinaryIO

# First of all, since what is imported below takes a while. Ctrl-C and the end of the service reach the whole process
# group, but it is the API that decides when no picture is waited for any more.
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
# An answer that nobody is left to read is no error to print.
signal.signal(signal.SIGPIPE, signal.SIG_DFL)

import msgspec  # noqa: E402 — see above

from miniprogram_api.card_content import LENGTH, CardPicture, Painted  # noqa: E402 — see above
from miniprogram_api.card_picture import draw_card  # noqa: E402 — see above


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Draws what is asked for until the requests end."""
    read = msgspec.msgpack.Decoder(CardPicture).decode
    while head := requests.read(LENGTH.size):
        answer = msgspec.msgpack.encode(_painted(read(requests.read(LENGTH.unpack(head)[0]))))
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _painted(content: CardPicture) -> Painted:
    try:
        return Painted(png=draw_card(content))
    except (KeyError, ValueError) as refused:
        return Painted(error=f"{type(refused).__name__}: {refused}")


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
