"""Refusals: what a caller did that can't be done, as RFC 9457 problem details.

A refusal is a class with a stable `code`, the HTTP `status` it answers with and a `detail` in Simplified Chinese
that a mother understands. Actions raise them, routes list them, and the document shows them: one class, three uses.
"""

from typing import ClassVar

import msgspec

PROBLEM_CONTENT_TYPE = "application/problem+json"


class FieldError(msgspec.Struct, frozen=True):
    """One place of the request that can't be used: `field` is a path such as `lines[2].amount_fen`."""

    field: str
    message: str


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The body of every answer that is not a success (RFC 9457)."""

    type: str
    """`/problems/<code>`: stable, for programs that prefer a URI to a code."""
    title: str
    status: int
    code: str
    """Stable; programs decide by it."""
    detail: str
    """One sentence in Simplified Chinese for the person who holds the phone."""
    errors: list[FieldError] = []
    retry_after_seconds: int | None = None


class Problem(Exception):
    """A refusal. Subclasses set `status`, `code`, `title` (English, for developers) and `detail` (Chinese).

    `detail` may hold `{placeholders}`, filled from the keyword arguments of the constructor.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str]
    title: ClassVar[str]
    detail: ClassVar[str]
    retry_after_seconds: int | None = None

    def __init__(
        self, *, errors: list[FieldError] | None = None, retry_after_seconds: int | None = None, **words: object
    ) -> None:
        self.errors = errors or []
        if retry_after_seconds is not None:
            self.retry_after_seconds = retry_after_seconds
        self.message = self.detail.format(**words) if words else self.detail
        super().__init__(self.code, self.message)

    def details(self) -> ProblemDetails:
        return ProblemDetails(
            type=f"/problems/{self.code}",
            title=self.title,
            status=self.status,
            code=self.code,
            detail=self.message,
            errors=self.errors,
            retry_after_seconds=self.retry_after_seconds,
        )


class BadRequest(Problem):
    """The request can't be read at all: no JSON, a wrong header."""

    status = 400
    code = "bad_request"
    title = "The request can't be read"
    detail = "请求格式有误，请更新小程序后再试"


class Invalid(Problem):
    """The request can be read, but a field of it can't be used; `errors` names the place."""

    status = 422
    code = "invalid"
    title = "A field can't be used"
    detail = "提交的内容有误，请检查后再试"


class Unauthorized(Problem):
    status = 401
    code = "unauthorized"
    title = "Not signed in, or the session has ended"
    detail = "登录已过期，请重新登录"


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    title = "This role may not do that"
    detail = "您没有权限进行此操作"


class NotFound(Problem):
    """It does not exist, or it is a stranger's: the two can't be told apart from outside."""

    status = 404
    code = "not_found"
    title = "Not found"
    detail = "没有找到相关内容"


class MethodNotAllowed(Problem):
    status = 405
    code = "method_not_allowed"
    title = "The path does not take this method"
    detail = "不支持的请求方式"


class TooLarge(Problem):
    status = 413
    code = "too_large"
    title = "The body is too large"
    detail = "提交的内容太大了"


class UnsupportedMediaType(Problem):
    status = 415
    code = "unsupported_media_type"
    title = "The body must be application/json"
    detail = "请求格式有误，请更新小程序后再试"


class TooManyRequests(Problem):
    """`retry_after_seconds` says when the next one is welcome."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"
    detail = "操作太频繁了，请稍后再试"
    retry_after_seconds = 1


class Broken(Problem):
    """Our own fault. What went wrong is in the log, never in the answer."""

    status = 500
    code = "internal_error"
    title = "Something is broken on our side"
    detail = "系统开小差了，请稍后再试"


class Unavailable(Problem):
    """A part we need is away for the moment; nothing was done, and the same request may be sent again."""

    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"
    detail = "系统繁忙，请稍后再试"
    retry_after_seconds = 1
