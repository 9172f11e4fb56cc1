"""Every route under generated requests, right and wrong ones: no 5xx, and answers that the document promises."""

import asyncio
import hashlib
import hmac
import os
import time
from uuid import UUID, uuid4

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from foundation.sessions import open_session
from foundation.settings import Settings
from foundation.transactions import transactional
from server.faces import document
from tests import canaries
from tests.makers.members import make_known_member
from tests.makers.staff import make_staff
from tests.makers.stores import make_partner, make_store

EXAMPLES = int(os.environ.get("FUZZING_EXAMPLES", "8"))

SCHEMA = schemathesis.openapi.from_dict(document())
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}
PROMISES = CHECKS.get_by_names(
    ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]
)


CASES = [
    (label, mode)
    for label, operation in sorted(OPERATIONS.items())
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    # A route that takes nothing can't be asked wrongly.
    if mode is GenerationMode.POSITIVE or any(operation.iter_parameters()) or operation.body
]


class Signed(requests.auth.AuthBase):
    """A partner's signature on whatever is sent."""

    def __init__(self, key_id: str, secret: str) -> None:
        self.key_id = key_id
        self.secret = secret

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        digest = hashlib.sha256(body.encode() if isinstance(body, str) else body).hexdigest()
        timestamp, nonce = str(int(time.time())), uuid4().hex
        text = f"{request.method}\n{request.path_url}\n{timestamp}\n{nonce}\n{digest}"
        request.headers["X-Muying-Key"] = self.key_id
        request.headers["X-Muying-Timestamp"] = timestamp
        request.headers["X-Muying-Nonce"] = nonce
        request.headers["X-Muying-Signature"] = hmac.new(self.secret.encode(), text.encode(), "sha256").hexdigest()
        return request


@transactional
async def _staff_token(staff_id: UUID, store_id: UUID) -> str:
    claims = {"role": "clerk", "store": str(store_id)}
    return (await open_session("staff", staff_id, claims)).access_token


async def _caller(path: str) -> requests.Session:
    """Somebody whom the route lets in, new each time: she may end her own session."""
    session = requests.Session()
    if path.startswith("/api/v1"):
        session.headers.update((await make_known_member(nickname=canaries.text("nickname of a caller", "豆"))).headers)
    elif path.startswith("/staff/v1"):
        store = await make_store((await make_partner()).id)
        clerk = await make_staff(store_id=store.id)
        session.headers["Authorization"] = f"Bearer {await _staff_token(clerk.id, store.id)}"
    elif path.startswith("/partner/v1"):
        key = (await make_partner()).key
        session.auth = Signed(key.key_id, key.secret)
    return session


@pytest.mark.parametrize(("label", "mode"), CASES, ids=[f"{label} {mode.value}" for label, mode in CASES])
async def test_no_request_breaks_it(label: str, mode: GenerationMode, api: httpx.AsyncClient, world: Settings) -> None:
    operation = OPERATIONS[label]
    session = await _caller(operation.path)

    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case) -> None:
        response = case.call(base_url=str(api.base_url).rstrip("/"), session=session)
        case.validate_response(response, checks=PROMISES)

    # Generated requests are sent from a thread: the service lives in this loop.
    await asyncio.to_thread(send)
