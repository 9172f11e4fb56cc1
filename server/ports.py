"""Who listens where: a taken port becomes a sentence before anything starts."""

import errno
import socket

from foundation.startup import CannotStart


def require_free(host: str, port: int, purpose: str) -> None:
    """Raises `CannotStart` when somebody listens there already.

    Our processes share a port (SO_REUSEPORT), and would share it with a second Muying without a word.
    """
    try:
        with _stream_socket(host) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of an ended run don't count
            probe.bind((host, port))
    except OSError as error:
        raise _sentence(error, host, port, purpose) from error


def shared_socket(host: str, port: int, purpose: str) -> socket.socket:
    """A socket for one of several processes on the same port: the kernel deals connections out to the living."""
    shared = _stream_socket(host)
    try:
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        shared.bind((host, port))
    except OSError as error:
        shared.close()
        raise _sentence(error, host, port, purpose) from error
    return shared


def _stream_socket(host: str) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)


def _sentence(error: OSError, host: str, port: int, purpose: str) -> CannotStart:
    if error.errno == errno.EADDRINUSE:
        return CannotStart(
            f"Port {port}, which {purpose} needs, is taken by another program on {host}. Stop that one, or choose "
            "another port with MUYING_PORT (the WeChat stand-in takes the next one)."
        )
    return CannotStart(f"{purpose} can't listen on {host}:{port}: {error.strerror}. Choose another MUYING_PORT.")
