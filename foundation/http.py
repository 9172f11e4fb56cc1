"""The front page of HTTP: what a face is made of.

A route is an async function with types: the decorator that registers it decodes its parameters, lets in who may call
it, counts its limit, encodes its answer and documents all of that, so the document cannot drift from what happens.

    @mothers.post("/mall/redemptions", who="member", status=201, refuses=(SoldOut,))
    async def redeem(caller: Caller, body: RedeemIn, key: IdempotencyKey) -> RedemptionOut: ...

Parameters are known by their annotation: `Body` structs (called `query`: from the query string), `Upload` (a file: the
whole body), `IdempotencyKey` (the header, required), `Request`; by their name: path parameters; what remains is the
caller.
"""

from foundation.errors import Problem
from foundation.faces import Face, Gate, Raw, Route
from foundation.idempotency import IdempotencyKey
from foundation.limits import Limit
from foundation.pages import Page, PageQuery
from foundation.serving import mount
from foundation.sessions import Caller
from foundation.shapes import Body, Upload, View

__all__ = [
    "Body",
    "Caller",
    "Face",
    "Gate",
    "IdempotencyKey",
    "Limit",
    "Page",
    "PageQuery",
    "Problem",
    "Raw",
    "Route",
    "Upload",
    "View",
    "mount",
]
