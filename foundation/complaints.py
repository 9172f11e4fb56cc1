"""What the decoder complains of, in the words of a person: a Chinese sentence for every kind of complaint.

msgspec says what is wrong in English sentences of a few dozen shapes, which is all that it says. They are told apart
here; a shape that is not known is a neutral sentence, and a test that reads msgspec's own list finds it. What was sent
is not said back.
"""

import re
from collections.abc import Callable

WRONG = "填写有误，请检查一下"
"""Whatever else is wrong."""
NO_JSON = "提交的内容无法识别，请更新后再试"
TWICE = "重复填写了，请只保留一个"
TOO_LARGE = "数字超出了范围"
NO_NUMBER = "请填写有效的数字"
NO_DAY = "日期超出了范围，请检查一下"
TOO_DEEP = "内容的层级太多了"
UNSEEN = "含有不支持的字符"
UNKNOWN_FIELD = "不支持这一项"
MISSING = "请填写这一项"
CURSOR = "列表已更新，请从头刷新"

_Words = str | Callable[[re.Match[str]], str]

# By what was expected; of a union the first that is known. What is null where something must be is simply missing.
_EXPECTED = {
    "bool": "请选择是或否",
    "int": "请填写整数",
    "float": "请填写数字",
    "decimal": "请填写数字",
    "uuid": "编号的格式不对",
    "datetime": "不是有效的日期和时间，请检查一下",
    "date": "不是有效的日期，请检查一下",
    "time": "不是有效的时间，请检查一下",
    "duration": "不是有效的时长，请检查一下",
    "bytes": "内容的编码不对",
    "str": "请填写文字",
    "array": "这里应是一个列表",
    "object": "这里的格式不对",
    "null": "这一项应留空",
}
_UNITS = {"str": "个字", "array": "项", "object": "项", "bytes": "字节"}
_BOUNDS = {">=": "不能小于{}", "<=": "不能大于{}", ">": "应大于{}", "<": "应小于{}"}


def _type(match: re.Match[str]) -> str:
    if match["got"] == "null":
        return MISSING
    return next((_EXPECTED[name] for name in match["wanted"].split(" | ") if name in _EXPECTED), WRONG)


def _length(match: re.Match[str]) -> str:
    count, unit = int(match["count"]), _UNITS.get(match["of"], "")
    if match["bound"] in ("<=", "at most"):
        return f"最多{count}{unit}"
    return "不能为空" if count == 1 else f"至少{count}{unit}"


_KINDS: tuple[tuple[str, _Words], ...] = (
    (r"Object contains unknown field `.*`", UNKNOWN_FIELD),
    (r"Object missing required field `.*`", MISSING),
    (r"Expected `(?P<of>\w+)` of length (?P<bound><=|>=) (?P<count>\d+)", _length),
    (r"Expected `(?P<of>array)` of (?P<bound>at least|at most) length (?P<count>\d+)(, got \d+)?", _length),
    (
        r"Expected `array` of length (?P<least>\d+) to (?P<most>\d+)(, got \d+)?",
        lambda m: f"应有{m['least']}到{m['most']}项",
    ),
    (r"Expected `array` of length (?P<count>\d+)(, got \d+)?", lambda m: f"应有{m['count']}项"),
    (r"Expected `\w+` (?P<bound>>=|<=|>|<) (?P<limit>-?[\d.e+-]+)", lambda m: _BOUNDS[m["bound"]].format(m["limit"])),
    (r"Expected `\w+` that's a multiple of (?P<step>[\d.e+-]+)", lambda m: f"应是{m['step']}的倍数"),
    (r"Expected `str` matching regex .*", "格式不对，请检查一下"),
    (r"Expected `\w+` with (a|no) timezone component", "时间的格式不对，请检查一下"),
    (r"Expected `(?P<wanted>[^`]+)`(, got `(?P<got>[^`]*)`)?", _type),
    (r"Invalid RFC3339 encoded (?P<what>datetime|date|time)", lambda m: _EXPECTED[m["what"]]),
    (r"Invalid ISO8601 duration|Only units .* are supported when parsing ISO8601 durations", _EXPECTED["duration"]),
    (r"Invalid (epoch|MessagePack) timestamp.*", _EXPECTED["datetime"]),
    (r"Invalid UUID( bytes)?", _EXPECTED["uuid"]),
    (r"Invalid base64 encoded string", _EXPECTED["bytes"]),
    (r"Invalid decimal string", _EXPECTED["decimal"]),
    (r"Invalid (enum )?value .*", "请从给出的选项中选择"),
    (r"(Integer value|Number) (is )?out of range", TOO_LARGE),
    (r"(Duration|Timestamp) is out of range ?", "时间超出了范围，请检查一下"),
)
_SHAPES = [(re.compile(shape, re.DOTALL), words) for shape, words in _KINDS]


def sentence(complaint: str) -> str:
    """What one of msgspec's complaints, without its place, is in the words of a person.

    What a type of ours says of itself (in `__post_init__`) is in Chinese already; msgspec's own never begin so.
    """
    if "\u4e00" <= complaint[:1] <= "\u9fff":
        return complaint
    for shape, words in _SHAPES:
        if match := shape.fullmatch(complaint):
            return words if isinstance(words, str) else words(match)
    return WRONG
