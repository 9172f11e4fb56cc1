"""Lists by cursor: `{"items": […], "next_cursor": …}`, at most 100 at a time."""

import base64
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from foundation import complaints
from foundation.decoding import refuse_unstorable
from foundation.errors import FieldError, Invalid

T = TypeVar("T")
U = TypeVar("U")

LONGEST_CURSOR = 200


class PageQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of a list: `cursor` is the `next_cursor` of the page before."""

    cursor: Annotated[str, msgspec.Meta(max_length=LONGEST_CURSOR)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One part of a list; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None


def write_cursor(*values: object) -> str:
    """A cursor that holds the sort values of the last item."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def read_cursor(cursor: str, *types: Any) -> tuple[Any, ...]:
    """The values again. Raises `Invalid` when it is none of ours."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values: tuple[Any, ...] = msgspec.json.decode(raw, type=tuple[types])  # type: ignore[valid-type]  # the shape comes at run time
        refuse_unstorable(values)
    except (ValueError, msgspec.MsgspecError, Invalid):
        raise Invalid(errors=[FieldError("cursor", complaints.CURSOR)]) from None
    return values
