"""Cursors come back as they were written, and nothing else is taken for one."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid
from foundation.pages import LONGEST_CURSOR, read_cursor, write_cursor


@given(
    st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001  # hypothesis adds the zone
    st.uuids(),
    st.integers(-(2**63), 2**63 - 1),
)
def test_a_cursor_comes_back_exactly(at: datetime, identifier: UUID, number: int) -> None:
    cursor = write_cursor(at, identifier, number)
    assert read_cursor(cursor, datetime, UUID, int) == (at, identifier, number)
    assert len(cursor) <= LONGEST_CURSOR
    assert cursor.isascii()
    assert not set(cursor) & set("=+/&?")


def _forged(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "é", "你好", "=", "!!!!", "\ud800", "\0",
        _forged(""), _forged("null"), _forged("[]"), _forged("[1]"), _forged('["a","b"]'), _forged("[1,2,3]"),
        _forged("[1,99999999999999999999]"), _forged("[1," + "9" * 5000 + "]"), _forged("[" * 100), _forged("{}"),
        _forged('[1,"00000000-0000-0000-0000-000000000000"]'), _forged("[1,2.5]"), _forged("[1,NaN]"),
    ],
)  # fmt: skip
def test_what_is_no_cursor_is_refused_with_its_place(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_cursor(cursor, int, int)
    assert [error.field for error in refused.value.errors] == ["cursor"]


def test_a_forged_text_or_instant_that_no_column_takes_is_refused() -> None:
    for cursor, kind in ((_forged('["a\\u0000"]'), str), (_forged('["9999-12-31T23:59:59Z"]'), datetime)):
        with pytest.raises(Invalid) as refused:
            read_cursor(cursor, kind)
        assert [error.field for error in refused.value.errors] == ["cursor"]


@given(st.text())
def test_any_text_is_a_cursor_or_a_refusal(text: str) -> None:
    try:
        (number,) = read_cursor(text, int)
    except Invalid:
        return
    assert isinstance(number, int)
