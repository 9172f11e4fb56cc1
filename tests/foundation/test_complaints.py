"""Every kind of complaint that msgspec knows is a Chinese sentence, and none of its English comes through."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from msgspec import Meta

from foundation import complaints
from foundation.decoding import convert
from foundation.errors import Invalid
from foundation.shapes import Body

LATIN = re.compile(r"[A-Za-z`$]")


class Colour(Enum):
    RED = "red"


class Inner(Body, frozen=True, kw_only=True):
    day: date | None = None


class Shape(Body, frozen=True, kw_only=True):
    name: str
    inner: Inner | None = None


# What is wanted, what comes, and what is said of it.
CASES: list[tuple[Any, Any, str]] = [
    (str, 5, "请填写文字"),
    (str, None, "请填写这一项"),
    (int, "five", "请填写整数"),
    (int, 1.5, "请填写整数"),
    (int | None, "five", "请填写整数"),
    (float, "x", "请填写数字"),
    (bool, "yes", "请选择是或否"),
    (list[int], {}, "这里应是一个列表"),
    (dict[str, int], [], "这里的格式不对"),
    (Shape, [], "这里的格式不对"),
    (None, 5, "这一项应留空"),
    (bytes, 5, "内容的编码不对"),
    (bytes, "*", "内容的编码不对"),
    (UUID, "no id", "编号的格式不对"),
    (UUID, 5, "编号的格式不对"),
    (date, "2026-02-31", "不是有效的日期，请检查一下"),
    (date, "yesterday", "不是有效的日期，请检查一下"),
    (date, 5, "不是有效的日期，请检查一下"),
    (date | None, "2026-02-31", "不是有效的日期，请检查一下"),
    (datetime, "2026-02-31T00:00:00Z", "不是有效的日期和时间，请检查一下"),
    (Annotated[datetime, Meta(tz=True)], "2026-02-01T00:00:00", "时间的格式不对，请检查一下"),
    (Annotated[datetime, Meta(tz=False)], "2026-02-01T00:00:00Z", "时间的格式不对，请检查一下"),
    (time, "25:00:00", "不是有效的时间，请检查一下"),
    (timedelta, "an hour", "不是有效的时长，请检查一下"),
    (timedelta, "P99999999999999D", "时间超出了范围，请检查一下"),
    (Decimal, "a lot", "请填写数字"),
    (Colour, "blue", "请从给出的选项中选择"),
    (Literal["a", "b"], "c", "请从给出的选项中选择"),
    (Literal[1, 2], 3, "请从给出的选项中选择"),
    (Annotated[str, Meta(min_length=1)], "", "不能为空"),
    (Annotated[str, Meta(min_length=3)], "ab", "至少3个字"),
    (Annotated[str, Meta(max_length=3)], "abcd", "最多3个字"),
    (Annotated[str, Meta(pattern="^[a-z]+$")], "ABC", "格式不对，请检查一下"),
    (Annotated[list[int], Meta(min_length=1)], [], "不能为空"),
    (Annotated[list[int], Meta(min_length=2)], [1], "至少2项"),
    (Annotated[list[int], Meta(max_length=1)], [1, 2], "最多1项"),
    (Annotated[dict[str, int], Meta(max_length=1)], {"a": 1, "b": 2}, "最多1项"),
    (Annotated[bytes, Meta(max_length=1)], "YWJj", "最多1字节"),
    (tuple[int, int], [1], "应有2项"),
    (Annotated[int, Meta(ge=1)], 0, "不能小于1"),
    (Annotated[int, Meta(le=100)], 101, "不能大于100"),
    (Annotated[int, Meta(gt=0)], 0, "不能小于1"),
    (Annotated[int, Meta(lt=10)], 10, "不能大于9"),
    (Annotated[float, Meta(ge=0.5)], 0.1, "不能小于0.5"),
    (Annotated[float, Meta(gt=0)], 0.0, "应大于0.0"),
    (Annotated[float, Meta(lt=-1.5)], 3.0, "应小于-1.5"),
    (Annotated[int, Meta(multiple_of=5)], 7, "应是5的倍数"),
    (Annotated[float, Meta(multiple_of=0.5)], 0.7, "应是0.5的倍数"),
]


@pytest.mark.parametrize(("wanted", "given", "said"), CASES, ids=[f"{w}-{g!r}"[:60] for w, g, _ in CASES])
def test_what_is_said(wanted: Any, given: Any, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        convert({"x": given}, dict[str, wanted], strict=True)
    (error,) = refused.value.errors
    assert error.message == said


@pytest.mark.parametrize(
    ("given", "place", "said"),
    [
        ({}, "name", complaints.MISSING),
        ({"name": "a", "nmae": "b"}, "nmae", complaints.UNKNOWN_FIELD),
        ({"name": "a", "inner": {"day": "2026-02-31"}}, "inner.day", "不是有效的日期，请检查一下"),
        ({"name": "a", "inner": {"dya": 1}}, "inner.dya", complaints.UNKNOWN_FIELD),
        ({"name": 1}, "name", "请填写文字"),
        ({"name": "a", "` - at `$.z": 1}, None, None),
    ],
)
def test_the_place_stays_a_path_for_programs(given: dict[str, Any], place: str | None, said: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        convert(given, Shape, strict=True)
    (error,) = refused.value.errors
    if place is not None:
        assert (error.field, error.message) == (place, said)
    assert not LATIN.search(error.message)


def templates() -> list[str]:
    """The complaints as they stand in msgspec itself; all of them end with the place."""
    core = Path(msgspec._core.__file__ or "").read_bytes()
    return sorted({found.decode() for found in re.findall(rb"([A-Z][\x20-\x7e]{6,})%U\x00", core)})


def filled(template: str) -> str:
    """As it would be said."""
    text = template.replace("Expected `%U`, got `%s`", "Expected `int | null`, got `str`")
    text = text.replace("Expected `%s`, got `%s`", "Expected `array`, got `int`").replace(
        "`%s` with", "`datetime` with"
    )
    text = text.replace("`float` %s %R", "`float` >= 0.5").replace("`%s` %s %R", "`float` >= 0.5")
    text = re.sub(r"%zd|%lld|%llu", "3", text)
    return text.replace("%R", "'x'").replace("%U", "x").replace("%s", "int")


def test_msgspec_knows_some_dozens_of_complaints() -> None:
    assert len(templates()) > 30, "they are found where they stand"


@pytest.mark.parametrize("template", templates())
def test_every_complaint_of_this_msgspec_is_known(template: str) -> None:
    """When this fails, msgspec learned a new complaint: give it a sentence in `foundation.complaints`."""
    said = complaints.sentence(filled(template))
    assert said != complaints.WRONG or "MessagePack" in template
    assert not LATIN.search(said)


def test_what_is_not_known_is_neutral_and_says_nothing_back() -> None:
    for complaint in ("Something new in `int`", "", "Expected `frobnitz`, got `str`"):
        assert complaints.sentence(complaint) == complaints.WRONG
    for complaint in ("Invalid enum value 'my secret'", "Invalid value 'my secret'"):
        assert "secret" not in complaints.sentence(complaint)
