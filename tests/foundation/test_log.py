"""Logs: one JSON object a line, without what must not be there, and never a reason to fail."""

import json
import logging
import sys

import asyncpg
import pytest
import structlog
from tortoise.exceptions import IntegrityError

from foundation import log


@pytest.mark.parametrize("key", sorted(log.FORBIDDEN_KEYS))
def test_forbidden_keys_are_struck_out(key: str) -> None:
    event = log.strike_out(None, "info", {"event": "x", key: "13800138000", "inner": {"deep": [{key: "王丽"}]}})
    line = log._render(None, "info", event).decode()
    assert "13800138000" not in line
    assert "王丽" not in line
    assert json.loads(line)[key] == log.STRUCK_OUT
    assert json.loads(line)["event"] == "x"


def test_other_keys_stay() -> None:
    assert log.strike_out(None, "info", {"event": "request", "ms": 1.5, "route": "a"}) == {
        "event": "request", "ms": 1.5, "route": "a",
    }  # fmt: skip


@pytest.mark.parametrize(
    "value", ["\ud800", 10**40, float("nan"), {1, 2}, b"\xff", object(), ValueError("\udfff"), {(1, 2): "a"}]
)
def test_nothing_that_is_logged_can_break_the_log(value: object) -> None:
    line = log._render(None, "info", log.strike_out(None, "info", {"event": "x", "value": value}))
    assert "value" in json.loads(line)
    assert b"\n" not in line


def test_what_libraries_say_is_one_object_a_line() -> None:
    try:
        raise RuntimeError('with "quotes"\nand lines')
    except RuntimeError:
        record = logging.LogRecord("lib", logging.ERROR, "f", 1, 'said "%s"\n', ("x",), sys.exc_info())
    line = log._LibraryFormatter().format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert (said["level"], said["logger"], said["event"]) == ("error", "lib", 'said "x"\n')
    assert "RuntimeError" in said["exception"]


def _refused() -> IntegrityError:
    """As the ORM wraps what the driver raises."""
    cause = asyncpg.CheckViolationError("the row violates a check")
    cause.detail = "Failing row contains (王丽, 长乐路1号)."
    error = IntegrityError(cause)
    error.__cause__ = cause
    return error


def test_the_row_that_postgresql_refused_is_not_told() -> None:
    assert "王丽" in str(_refused().__cause__), "otherwise this shows nothing"
    for info in (_refused(), True):
        try:
            raise _refused()
        except IntegrityError:
            event = log.hide_rows(None, "error", {"event": "x", "exc_info": info})
            written = structlog.processors.format_exc_info(None, "error", event)["exception"]
        assert "the row violates a check" in written
        assert "王丽" not in written


def test_nor_by_libraries() -> None:
    try:
        raise _refused()
    except IntegrityError:
        record = logging.LogRecord("lib", logging.ERROR, "f", 1, "x", (), sys.exc_info())
    line = log._LibraryFormatter().format(record)
    assert "the row violates a check" in line
    assert "王丽" not in line
