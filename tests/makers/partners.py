"""Makers: a partner's till that signs what it sends."""

import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import httpx
import msgspec

from membership import stores
from tests.makers.stores import make_partner, make_store


class Signature(httpx.Auth):
    """Signs requests as `docs/partner-signatures.md` says, written apart from the code that checks them."""

    requires_request_body = True

    def __init__(self, key_id: str, secret: str) -> None:
        self.key_id = key_id
        self.secret = secret

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        timestamp, nonce = str(int(time.time())), uuid4().hex
        text = "\n".join(
            (
                request.method,
                request.url.raw_path.decode(),
                timestamp,
                nonce,
                hashlib.sha256(request.content).hexdigest(),
            )
        )
        request.headers["X-Muying-Key"] = self.key_id
        request.headers["X-Muying-Timestamp"] = timestamp
        request.headers["X-Muying-Nonce"] = nonce
        request.headers["X-Muying-Signature"] = hmac.new(self.secret.encode(), text.encode(), "sha256").hexdigest()
        yield request


class MadeTill(msgspec.Struct, frozen=True):
    """A partner with a key, its store, and a client that signs."""

    partner_id: UUID
    key: stores.NewPartnerKey
    store: stores.StoreView
    http: httpx.AsyncClient


@asynccontextmanager
async def make_till(base_url: httpx.URL | str) -> AsyncIterator[MadeTill]:
    """A till of a new partner in a new store."""
    made = await make_partner()
    store = await make_store(made.id)
    auth = Signature(made.key.key_id, made.key.secret)
    async with httpx.AsyncClient(base_url=base_url, auth=auth, timeout=10) as client:
        yield MadeTill(made.id, made.key, store, client)
