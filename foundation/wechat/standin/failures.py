"""Faults that the control plane orders: the next N calls of a path fail."""

import asyncio
from typing import Annotated

import msgspec
from msgspec import Meta
from sanic import HTTPResponse

from foundation.wechat.standin.replies import PayRefused, Refused


class Failure(msgspec.Struct, forbid_unknown_fields=True):
    """`POST /__ctl/fail`: exactly one kind, unless `times` is 0, which ends the failing."""

    path: str
    times: Annotated[int, Meta(ge=0)]
    errcode: int | None = None
    pay_code: str | None = None
    """What WeChat Pay says instead, signed: NOT_ENOUGH."""
    http_status: Annotated[int, Meta(ge=400, le=599)] | None = None
    delay_ms: Annotated[int, Meta(ge=0, le=60_000)] | None = None
    """The answer comes late, but it is the right one."""
    body: str | None = None
    """HTTP 200 with this instead of JSON."""

    @property
    def kinds(self) -> int:
        return sum(
            kind is not None for kind in (self.errcode, self.pay_code, self.http_status, self.delay_ms, self.body)
        )


class Failures:
    """At most one for each path; the newest counts."""

    def __init__(self) -> None:
        self._by_path: dict[str, Failure] = {}

    def order(self, failure: Failure) -> None:
        if failure.times:
            self._by_path[failure.path] = failure
        else:
            self._by_path.pop(failure.path, None)

    async def strike(self, path: str) -> HTTPResponse | None:
        """The answer to give instead of the right one; None when the call may go on.

        Raises `Refused` for an ordered errcode, `PayRefused` for a code of WeChat Pay's.
        """
        failure = self._by_path.get(path)
        if failure is None:
            return None
        failure.times -= 1
        if not failure.times:
            del self._by_path[path]
        if failure.errcode is not None:
            raise Refused(failure.errcode)
        if failure.pay_code is not None:
            raise PayRefused(failure.pay_code)
        if failure.delay_ms is not None:
            await asyncio.sleep(failure.delay_ms / 1000)
            return None
        if failure.http_status is not None:
            page = "<html><body><h1>Service failure</h1></body></html>"
            return HTTPResponse(page, status=failure.http_status, content_type="text/html")
        return HTTPResponse(failure.body, content_type="text/html")
