"""PATCH for clients that know no PATCH: WeChat's `wx.request` has GET, POST, PUT and DELETE only.

They send POST with `X-HTTP-Method-Override: PATCH`, and from then on the request is what it says it is.
"""

from typing import Any

from sanic import Request
from sanic.compat import Header

OVERRIDE = "X-HTTP-Method-Override"


class OverridingRequest(Request):
    """A request that may say which method it means."""

    # Any: it passes through to Sanic, whose types are its own.
    def __init__(self, url_bytes: bytes, headers: Header, version: str, method: str, *rest: Any, **more: Any) -> None:
        # Only this pair: a GET that deletes would come through caches and links.
        if method == "POST" and headers.get(OVERRIDE) == "PATCH":
            method = "PATCH"
        super().__init__(url_bytes, headers, version, method, *rest, **more)
