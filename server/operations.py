"""The door for operators and developers: health, figures, the document and its page."""

import contextlib
import functools
from typing import Any

import msgspec
from sanic import Request

from foundation import cache, metrics
from foundation.docs_page import DOCS_POLICY, docs_asset, docs_page
from foundation.errors import NotFound, Problem, Unavailable
from foundation.faces import Route
from foundation.http import Face, Raw, View
from membership import privacy

TITLE = "Muying 母婴"


class OpenGate:
    """Lets everybody in: these paths are kept inside by the proxy in front (deploy/nginx.conf)."""

    scheme_name = ""
    scheme: dict[str, Any] = {}  # noqa: RUF012  # never written
    refuses: tuple[type[Problem], ...] = ()

    async def admit(self, _request: Request, _route: Route) -> None:
        return None


operations = Face("operations", "", OpenGate(), title="Operations", description="For operators and developers.")


class Health(View):
    status: str


class Readiness(View):
    """`redis` may be `away`: the service goes on without it, slower. `retention` is `late` when the nightly job that
    deletes what is too old has not finished for 26 hours: the service goes on, and somebody must look."""

    postgresql: str
    redis: str
    retention: str


@operations.get("/healthz", who="public")
async def health() -> Health:
    """Whether this process lives."""
    return Health(status="ok")


@operations.get("/readyz", who="public", refuses=(Unavailable,))
async def readiness() -> Readiness:
    """Whether this process can serve: PostgreSQL must answer."""
    is_late = privacy.is_late(await privacy.seconds_since_last_run())
    return Readiness(
        postgresql="ok", redis="ok" if await _redis_answers() else "away", retention="late" if is_late else "ok"
    )


@operations.get("/metrics", who="public", produces="text/plain")
async def figures() -> Raw:
    """Figures for Prometheus."""
    with contextlib.suppress(Unavailable):  # then the figure stays as it was, and all others are needed most
        await privacy.seconds_since_last_run()
    content, content_type = metrics.render()
    return Raw(content, content_type)


@operations.get("/openapi.json", who="public")
async def openapi() -> Raw:
    """The OpenAPI 3.1 document of all faces."""
    return Raw(_document(), "application/json")


@operations.get("/docs", who="public", produces="text/html")
async def page() -> Raw:
    """The document as a page, with its assets served from here."""
    headers = {"Content-Security-Policy": DOCS_POLICY, "X-Content-Type-Options": "nosniff"}
    return Raw(docs_page(TITLE, "/openapi.json").encode(), "text/html; charset=utf-8", headers)


@operations.get("/docs/assets/{asset}", who="public", produces="application/octet-stream")
async def page_asset(asset: str) -> Raw:
    """A script or style of the page."""
    found = docs_asset(asset)
    if found is None:
        raise NotFound
    content, content_type = found
    return Raw(content, content_type, {"Cache-Control": "public, max-age=3600"})


class _Document:
    make: Any = None


def publish(make: Any) -> None:
    """Says how the document is made; `server.faces` knows all faces, this one among them."""
    _Document.make = make
    _document.cache_clear()


@functools.cache
def _document() -> bytes:
    return msgspec.json.encode(_Document.make())


async def _redis_answers() -> bool:
    try:
        await cache.client().ping()
    except cache.AWAY:
        return False
    return True
