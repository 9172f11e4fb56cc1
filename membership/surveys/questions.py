"""The questions of a questionnaire: one class per type, which reads whatever was sent as an answer, and counts it."""

import unicodedata
from datetime import date
from typing import Annotated, Literal, TypeGuard

import msgspec
from msgspec import Meta

ProfileField = Literal["nickname", "relation", "birthday", "city", "how_heard"]
"""What of the profile an answer may fill."""

Answer = int | str | list[str]
"""As it is sent and kept: a number or rating; a choice's code, a text or a date; several choices' codes."""

Code = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$(?!\\n)", examples=["q1"])]
Wording = Annotated[str, Meta(min_length=1, max_length=200)]
Number = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]


class Unanswerable(Exception):  # never leaves the feature: `answering` says of which question it is
    """The answer is none of this question; the message is for her who gave it."""


class Count(msgspec.Struct, frozen=True):
    """How an answer is counted: under `choice` (empty: that the question was answered), with `amount` added up."""

    choice: str = ""
    amount: int = 0


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: Code
    text: Wording


Options = Annotated[list[Option], Meta(min_length=2, max_length=40)]


class _Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`fills`: the profile field that the answer is written to, when she consented to having one."""

    code: Code
    text: Wording
    required: bool = True
    fills: ProfileField | None = None


class SingleQuestion(_Question, frozen=True, tag_field="type", tag="single"):
    """One of several choices."""

    options: Options

    def read(self, answer: object) -> Answer:
        if not isinstance(answer, str) or answer not in {option.code for option in self.options}:
            raise Unanswerable("请选择其中一项")
        return answer

    def counts(self, answer: Answer) -> list[Count]:
        return [Count(str(answer))]


class MultipleQuestion(_Question, frozen=True, tag_field="type", tag="multiple"):
    """Some of several choices, at least one when it is required; at most `most`."""

    options: Options
    most: Annotated[int, Meta(ge=1, le=40)] | None = None

    def read(self, answer: object) -> Answer:
        choices = [option.code for option in self.options]
        if not isinstance(answer, list) or any(choice not in choices for choice in answer):
            raise Unanswerable("请从选项中选择")
        if len(set(answer)) < len(answer):
            raise Unanswerable("有选项重复了")
        if self.most is not None and len(answer) > self.most:
            raise Unanswerable(f"最多选{self.most}项")
        return answer

    def counts(self, answer: Answer) -> list[Count]:
        return [Count(), *(Count(choice) for choice in answer)] if isinstance(answer, list) else []


class NumberQuestion(_Question, frozen=True, tag_field="type", tag="number"):
    """A whole number within bounds."""

    least: Number
    most: Number

    def read(self, answer: object) -> Answer:
        if not _is_whole(answer) or not self.least <= answer <= self.most:
            raise Unanswerable(f"请填写{self.least}到{self.most}之间的整数")
        return answer

    def counts(self, answer: Answer) -> list[Count]:
        return [Count(amount=answer)] if isinstance(answer, int) else []


class TextQuestion(_Question, frozen=True, tag_field="type", tag="text"):
    """Words of her own."""

    longest: Annotated[int, Meta(ge=1, le=500)] = 200

    def read(self, answer: object) -> Answer:
        if not isinstance(answer, str):
            raise Unanswerable("请填写文字")
        text = unicodedata.normalize("NFC", answer).strip()
        if len(text) > self.longest:
            raise Unanswerable(f"最多{self.longest}个字")
        return text

    def counts(self, answer: Answer) -> list[Count]:
        return [Count()]


class DateQuestion(_Question, frozen=True, tag_field="type", tag="date"):
    """A day, as 2026-11-22."""

    earliest: date | None = None
    latest: date | None = None

    def read(self, answer: object) -> Answer:
        try:
            day = msgspec.convert(answer, date)
        except msgspec.ValidationError:
            raise Unanswerable("请填写日期") from None
        if not (self.earliest or date.min) <= day <= (self.latest or date.max):
            raise Unanswerable("日期不在可选范围内")
        return day.isoformat()

    def counts(self, answer: Answer) -> list[Count]:
        return [Count()]


class RatingQuestion(_Question, frozen=True, tag_field="type", tag="rating"):
    """From 1 to `most` stars."""

    most: Annotated[int, Meta(ge=2, le=10)] = 5

    def read(self, answer: object) -> Answer:
        if not _is_whole(answer) or not 1 <= answer <= self.most:
            raise Unanswerable(f"请评1到{self.most}分")
        return answer

    def counts(self, answer: Answer) -> list[Count]:
        return [Count(str(answer), answer)] if isinstance(answer, int) else []


def _is_whole(answer: object) -> TypeGuard[int]:
    return isinstance(answer, int) and not isinstance(answer, bool)


Question = SingleQuestion | MultipleQuestion | NumberQuestion | TextQuestion | DateQuestion | RatingQuestion
