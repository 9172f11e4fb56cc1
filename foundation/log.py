"""Structured logs: one JSON object a line on standard output, without personal data.

Nobody logs phones, names, openids, tokens or bodies; should one of these names slip in as a key all the same, its value
is struck out here.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

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
    }
)
STRUCK_OUT = "[withheld]"


def strike_out(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replaces the values of forbidden keys."""
    for key in FORBIDDEN_KEYS & event.keys():
        event[key] = STRUCK_OUT
    return event


def _render(_logger: object, _method: str, event: MutableMapping[str, Any]) -> bytes:
    return msgspec.json.encode(event, enc_hook=str)


def configure(level: int = logging.INFO) -> None:
    """Sets up this process's logs; libraries' warnings take the same way."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            strike_out,
            _render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=logging.WARNING, format='{"level":"%(levelname)s","logger":"%(name)s","event":"%(message)s"}'
    )
