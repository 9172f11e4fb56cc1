"""Structured logs: one JSON object a line on standard output, without personal data.

Nobody logs phones, names, openids, tokens or bodies; should one of these names slip in as a key all the same, its value
is struck out here.
"""

import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import asyncpg
import msgspec
import structlog

FORBIDDEN_KEYS = frozenset(
    {
        "phone",
        "name",
        "nickname",
        "openid",
        "unionid",
        "token",
        "access_token",
        "refresh_token",
        "secret",
        "password",
        "body",
        "authorization",
    }
)
STRUCK_OUT = "[withheld]"


def strike_out(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replaces the values of forbidden keys, however deep they lie."""
    for key, value in event.items():
        event[key] = STRUCK_OUT if key in FORBIDDEN_KEYS else _struck(value)
    return event


def _struck(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: STRUCK_OUT if key in FORBIDDEN_KEYS else _struck(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_struck(inner) for inner in value]
    return value


def hide_rows(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Takes PostgreSQL's DETAIL off an exception before it is written out: it quotes the row that was refused."""
    said = event.get("exc_info")
    error = said if isinstance(said, BaseException) else sys.exc_info()[1] if said else None
    _hide_rows(error)
    return event


def _hide_rows(error: BaseException | None) -> None:
    while error is not None:
        if isinstance(error, asyncpg.PostgresError) and error.detail:
            error.detail = STRUCK_OUT
        error = error.__cause__ or error.__context__


def _render(_logger: object, _method: str, event: MutableMapping[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(event, enc_hook=str)
    except ValueError:  # text that is no Unicode: a line of the log must never break what it tells of
        return msgspec.json.encode({key: ascii(value) for key, value in event.items()})


class _RequestLine(msgspec.Struct):
    route: str
    status: int
    ms: float
    timestamp: datetime
    event: str = "request"
    level: str = "info"


def request(route: str, status: int, seconds: float) -> None:
    """The line of an answered request, as structlog would write it, for a fifth of the time: every request has one.

    Nothing of it comes from outside, so nothing has to be struck out.
    """
    line = _RequestLine(route, status, round(seconds * 1e3, 2), datetime.now(UTC))
    _Output.lines.info(msgspec.json.encode(line))


class _Output:
    lines = structlog.BytesLogger(sys.stdout.buffer)


class _LibraryFormatter(logging.Formatter):
    """What libraries say through `logging`, as the same one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, Any] = {"level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        if record.exc_info:
            _hide_rows(record.exc_info[1])
            event["exception"] = self.formatException(record.exc_info)
        return _render(None, "", event).decode()


def configure(level: int = logging.INFO) -> None:
    """Sets up this process's logs; libraries' warnings take the same way."""
    _Output.lines = structlog.BytesLogger(sys.stdout.buffer)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            hide_rows,
            structlog.processors.format_exc_info,
            strike_out,
            _render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(_LibraryFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
