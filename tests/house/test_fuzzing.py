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
from membership.staff import Role
from server.faces import FACES, document
from tests import canaries
from tests.makers.members import make_known_member
from tests.makers.staff import make_staff
from tests.makers.stores import make_partner, make_store

EXAMPLES = int(os.environ.get("FUZZING_EXAMPLES", "8"))

SCHEMA = schemathesis.openapi.from_dict(document())
# What these change holds for the whole house, and so for every other test: a clerk asks, whom they refuse.
HOUSE_WIDE = {
    "POST /staff/v1/catalogue/settings",
    "POST /staff/v1/earn-rules",
    "POST /staff/v1/finance/terms",
    "PATCH /staff/v1/adjustment-limits/{role}",
    "POST /staff/v1/wallet-gift-rules",
    "PATCH /staff/v1/wallet-gift-rules/{code}",
    "POST /staff/v1/wallet-limits",
}

WHO = {f"{route.method} {route.path}": route.who for face in FACES for route in face.routes}
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
async def _staff_token(staff_id: UUID, claims: dict[str, str]) -> str:
    return (await open_session("staff", staff_id, claims)).access_token


async def _caller(operation: schemathesis.APIOperation, mode: GenerationMode) -> requests.Session:
    """Somebody whom the route lets in, new each time: she may end her own session.

    Of the staff whom it lets in, one asks rightly and another wrongly: a clerk and an administrator come to different
    ends.
    """
    session = requests.Session()
    path = operation.path
    if path.startswith("/api/v1"):
        session.headers.update((await make_known_member(nickname=canaries.text("nickname of a caller", "豆"))).headers)
    elif path.startswith("/staff/v1"):
        session.headers["Authorization"] = f"Bearer {await _staff(operation.label, mode)}"
    elif path.startswith("/partner/v1"):
        key = (await make_partner()).key
        session.auth = Signed(key.key_id, key.secret)
    return session


async def _staff(label: str, mode: GenerationMode) -> str:
    """The access token of a member of staff in one of the route's roles."""
    roles = [Role(each) for each in WHO[label] if each in set(Role) and label not in HOUSE_WIDE] or [Role.CLERK]
    role = roles[0] if mode is GenerationMode.NEGATIVE else roles[-1]
    store_id = (await make_store((await make_partner()).id)).id if role is Role.CLERK else None
    claims = {"role": role.value, "store": str(store_id or "")}
    return await _staff_token((await make_staff(role, store_id=store_id)).id, claims)


@pytest.mark.parametrize(("label", "mode"), CASES, ids=[f"{label} {mode.value}" for label, mode in CASES])
async def test_no_request_breaks_it(label: str, mode: GenerationMode, api: httpx.AsyncClient, world: Settings) -> None:
    operation = OPERATIONS[label]
    session = await _caller(operation, mode)

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
        if label not in HOUSE_WIDE:
            assert b'"code":"forbidden"' not in response.content, "the caller is one whom the route lets in"
        case.validate_response(response, checks=PROMISES)

    # Generated requests are sent from a thread: the service lives in this loop.
    await asyncio.to_thread(send)
