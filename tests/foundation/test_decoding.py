"""Whatever comes in: a value of the wanted shape, or 400 or 422 with the place named; never anything else."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation import complaints
from foundation.decoding import decode_body, decode_query
from foundation.errors import BadRequest, Invalid, Problem
from foundation.pages import PageQuery
from foundation.serving import problem_response
from foundation.shapes import Body


class Line(Body, frozen=True, kw_only=True):
    sku: Annotated[str, msgspec.Meta(max_length=8)]
    amount_fen: int = 0
    weight: float = 0.0


class Sale(Body, frozen=True, kw_only=True):
    lines: list[Line] = msgspec.field(default_factory=list)
    note: Annotated[str, msgspec.Meta(max_length=20)] = ""
    tags: list[list[str]] = msgspec.field(default_factory=list)
    extra: dict[str, Any] = msgspec.field(default_factory=dict)
    count: int = 0
    weight: float = 0.0
    who: UUID | None = None
    at: datetime | None = None


class Filter(Body, frozen=True, kw_only=True):
    number: int = 0
    weight: float = 0.0
    text: str = ""
    at: datetime | None = None


def _refused(raw: bytes) -> Problem:
    with pytest.raises((BadRequest, Invalid)) as refused:
        decode_body(raw, Sale)
    assert problem_response(refused.value).body, "the refusal itself can be said"
    assert len(refused.value.errors) == 1
    return refused.value


DEEP = b"[" * 100_000

NO_JSON = {
    "empty": b"",
    "white": b"  \n",
    "cut off": b'{"note": "a',
    "two": b"{}{}",
    "trailing comma": b'{"note":"a",}',
    "single quotes": b"{'note':'a'}",
    "comment": b"{} // x",
    "bom": b"\xef\xbb\xbf{}",
    "utf-16": '{"note":"a"}'.encode("utf-16"),
    "utf-16 without mark": '{"note":"a"}'.encode("utf-16-le"),
    "utf-32": '{"note":"a"}'.encode("utf-32"),
    "bad utf-8": b'{"note":"\xff"}',
    "overlong": b'{"note":"\xc0\x80"}',
    "raw surrogate": b'{"note":"\xed\xa0\x80"}',
    "raw control": b'{"note":"a\x01"}',
    "raw nul": b'{"note":"\x00"}',
    "deep lists": DEEP,
    "deep closed lists": DEEP + b"]" * 100_000,
    "deep objects": b'{"extra":' * 100_000,
    "leading zero": b'{"count": 01}',
    "hex": b'{"count": 0x1}',
}


@pytest.mark.parametrize("raw", NO_JSON.values(), ids=NO_JSON.keys())
def test_what_is_no_json_is_400(raw: bytes) -> None:
    assert _refused(raw).status == 400


PLACES = [
    (rb'{"note":"a\u0000"}', "note", complaints.UNSEEN),
    (rb'{"note":"\ud800"}', "note", complaints.UNSEEN),
    (rb'{"note":"\udc00\ud800"}', "note", complaints.UNSEEN),
    (rb'{"tags":[["a"],["b","\ud800"]]}', "tags[1][1]", complaints.UNSEEN),
    (rb'{"extra":{"a":{"b":[{"c":"\u0000"}]}}}', "extra.a.b[0].c", complaints.UNSEEN),
    (rb'{"extra":{"\ud800":1}}', "extra.?", complaints.UNSEEN),
    (rb'{"\ud800":1}', "?", complaints.UNSEEN),
    (rb'{"extra":{"a\u0000b":1}}', "extra.ab", complaints.UNSEEN),
    (b'{"count":9223372036854775808}', "count", complaints.TOO_LARGE),
    (b'{"count":-9223372036854775809}', "count", complaints.TOO_LARGE),
    (
        b'{"lines":[{"sku":"a"},{"sku":"b","amount_fen":99999999999999999999}]}',
        "lines[1].amount_fen",
        complaints.TOO_LARGE,
    ),
    (b'{"count":' + b"9" * 5_000 + b"}", "count", complaints.TOO_LARGE),
    (b'{"count":"' + b"9" * 5_000 + b'"}', "count", "请填写整数"),
    (b'{"extra":{"x":' + b"9" * 5_000 + b"}}", "extra.x", complaints.TOO_LARGE),
    (b'{"weight":1e400}', "weight", complaints.TOO_LARGE),
    (b'{"weight":-1e400}', "weight", complaints.TOO_LARGE),
    (b'{"extra":{"x":[1e999]}}', "extra.x[0]", complaints.TOO_LARGE),
    (b'{"count":1e300}', "count", "请填写整数"),
    (b'{"count":1.5}', "count", "请填写整数"),
    (b'{"count":1.0}', "count", "请填写整数"),
    (b'{"weight":NaN}', "weight", complaints.NO_NUMBER),
    (b'{"weight":Infinity}', "weight", complaints.NO_NUMBER),
    (b'{"extra":{"x":-Infinity}}', "extra.x", complaints.NO_NUMBER),
    (b'{"note":"a","note":"b"}', "note", complaints.TWICE),
    (b'{"lines":[{"sku":"a","sku":"a"}]}', "lines[0].sku", complaints.TWICE),
    (b'{"extra":{"x":{"y":1,"y":1}}}', "extra.x.y", complaints.TWICE),
    (b'{"extra":{"x":null,"x":null,"x":null}}', "extra.x", complaints.TWICE),
    (b'{"unknown":1}', "unknown", complaints.UNKNOWN_FIELD),
    (b'{"lines":[{"sku":"a","price":1}]}', "lines[0].price", complaints.UNKNOWN_FIELD),
    (b'{"lines":[{}]}', "lines[0].sku", complaints.MISSING),
    (b'{"lines":[{"sku":"123456789"}]}', "lines[0].sku", "最多8个字"),
    (b'{"lines":{}}', "lines", "列表"),
    (b'{"who":"no id"}', "who", "编号"),
    (b'{"at":"yesterday"}', "at", "日期和时间"),
    (b'{"at":"9999-12-31T23:59:59Z"}', "at", complaints.NO_DAY),
    (b'{"at":"0001-01-01T00:00:00+08:00"}', "at", complaints.NO_DAY),
    (b'{"note":null}', "note", complaints.MISSING),
    (b'{"extra":{"a":' + b"[" * 900 + b"]" * 900 + b"}}", "extra.a" + "[0]" * 31, complaints.TOO_DEEP),
    (b"[]", "", "格式"),
    (b"null", "", complaints.MISSING),
    (b'"text"', "", "格式"),
    (b"1e999", "", complaints.TOO_LARGE),
]


@pytest.mark.parametrize(("raw", "place", "message"), PLACES, ids=[str(raw[:40]) for raw, _, _ in PLACES])
def test_what_cannot_be_used_is_422_with_the_place(raw: bytes, place: str, message: str) -> None:
    refused = _refused(raw)
    assert refused.status == 422
    (error,) = refused.errors
    assert error.field == place
    assert message in error.message


def test_a_long_name_is_not_said_back_whole() -> None:
    refused = _refused(b'{"' + b"a" * 200_000 + b'":1}')
    assert len(problem_response(refused).body or b"") < 1_000


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"{}", Sale()),
        (b' {"count": -9223372036854775808}', Sale(count=-(2**63))),
        (b'{"count": 9223372036854775807}', Sale(count=2**63 - 1)),
        ('{"note": "宝宝😀 \\ud83d\\ude00\\n"}'.encode(), Sale(note="宝宝😀 😀\n")),
        (b'{"weight": 1.5e3}', Sale(weight=1500.0)),
        (b'{"weight": 2}', Sale(weight=2)),
        (b'{"at": "2024-02-29T08:00:00+08:00"}', Sale(at=datetime(2024, 2, 29, tzinfo=UTC))),
    ],
)
def test_what_is_right_comes_through(raw: bytes, wanted: Sale) -> None:
    assert decode_body(raw, Sale) == wanted


_NASTY_TEXT = st.text(st.characters(), max_size=8) | st.sampled_from(
    ["\0", "\ud800", "\udfff\ud800", "😀", "`", "$.a`"]
)
_NASTY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(10**30), max_value=10**30)
    | st.floats()
    | _NASTY_TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_NASTY_TEXT | st.sampled_from(Sale.__struct_fields__), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=120, deadline=None)
@given(_NASTY | st.fixed_dictionaries({}, optional=dict.fromkeys(Sale.__struct_fields__, _NASTY)))
def test_any_json_is_a_sale_or_a_refusal(value: Any) -> None:
    try:
        sale = decode_body(json.dumps(value).encode(), Sale)
    except (BadRequest, Invalid) as refused:
        assert problem_response(refused).status in (400, 422)
        assert refused.errors
    else:
        again = msgspec.json.encode(sale)
        assert b"\\u0000" not in again
        assert decode_body(again, Sale) == sale


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_sale_or_a_refusal(raw: bytes) -> None:
    try:
        decode_body(raw, Sale)
    except (BadRequest, Invalid) as refused:
        assert problem_response(refused).status in (400, 422)


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"number": ["1", "2"]}, "number"),
        ({"unknown": ["1"]}, "unknown"),
        ({"number": ["x"]}, "number"),
        ({"number": [""]}, "number"),
        ({"number": ["9" * 30]}, "number"),
        ({"number": ["9" * 5_000]}, "number"),
        ({"number": ["1.5"]}, "number"),
        ({"weight": ["nan"]}, "weight"),
        ({"weight": ["1e400"]}, "weight"),
        ({"weight": ["inf"]}, "weight"),
        ({"text": ["a\0"]}, "text"),
        ({"text": ["\ud800"]}, "text"),
        ({"\ud800": ["a"]}, "?"),
        ({"at": ["0001-01-01T00:00:00Z"]}, "at"),
    ],
)
def test_query_parameters_that_cannot_be_used_are_named(values: dict[str, list[str]], place: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode_query(values, Filter)
    assert [error.field for error in refused.value.errors] == [place]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1e2.", "9" * 40])
def test_a_page_is_of_1_to_100(limit: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode_query({"limit": [limit]}, PageQuery)
    assert refused.value.errors[0].field == "limit"


def test_query_parameters_come_through() -> None:
    assert decode_query({"number": ["-5"], "text": ["9" * 30]}, Filter) == Filter(number=-5, text="9" * 30)
    assert decode_query({}, PageQuery) == PageQuery()


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(_NASTY_TEXT | st.sampled_from(Filter.__struct_fields__), st.lists(_NASTY_TEXT, min_size=1)))
def test_any_query_is_a_filter_or_a_refusal(values: dict[str, list[str]]) -> None:
    try:
        decode_query(values, Filter)
    except Invalid as refused:
        assert problem_response(refused).status == 422
        assert refused.errors
