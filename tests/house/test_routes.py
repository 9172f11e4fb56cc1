"""The route table is a test, and so is who may call what."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import msgspec
import pytest
import pytest_asyncio

from foundation import sessions
from foundation.faces import Route
from foundation.settings import Settings
from foundation.transactions import transactional
from server.faces import FACES, document
from tests.house.source import ROOT

TABLE = ROOT / "tests" / "house" / "routes.txt"
STAFF_ROLES = ("clerk", "operator", "moderator", "expert", "administrator", "privacy_officer")
ROUTES = [route for face in FACES for route in face.routes]


def _table() -> str:
    width = max(len(route.path) for route in ROUTES)
    lines = [f"{route.method:6} {route.path:{width}}  {' '.join(route.who)}" for route in ROUTES]
    return "\n".join(sorted(lines, key=lambda line: line[7:])) + "\n"


def test_the_route_table_is_what_it_was() -> None:
    """A new, changed or lost route is a decision: write the table anew with `python -m tests.house.write_routes`."""
    assert TABLE.read_text(encoding="utf-8") == _table()


def test_names_of_routes_are_unique() -> None:
    names = [route.name for route in ROUTES]
    assert sorted(set(names)) == sorted(names)


def test_the_written_document_is_up_to_date() -> None:
    written = msgspec.json.decode((ROOT / "server" / "openapi.json").read_bytes())
    assert written == msgspec.json.decode(msgspec.json.encode(document()))


@transactional
async def _sign_in(audience: str, claims: dict[str, str]) -> sessions.SessionTokens:
    return await sessions.open_session(audience, uuid4(), claims)


@pytest_asyncio.fixture(scope="session")
async def tokens(world: Settings) -> AsyncIterator[dict[str, str]]:
    """An access token for every role; nobody stands behind them, so nothing of anybody can be touched."""
    found = {"member": (await _sign_in("member", {})).access_token}
    for role in STAFF_ROLES:
        found[role] = (await _sign_in("staff", {"role": role, "store": str(uuid4())})).access_token
    yield found


def _path(route: Route) -> str:
    path = route.path
    for parameter in route.parameters:
        if parameter.source == "path":
            path = path.replace(f"{{{parameter.name}}}", str(uuid4()))
    return path


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_who_may_call_it(route: Route, tokens: dict[str, str], api: httpx.AsyncClient) -> None:
    """Every route × every role, and nobody at all: in exactly those get past the door whom the route names.

    Whoever gets past is answered by the route itself, mostly with a refusal of an empty body: anything but 401 and 403.
    """
    callers: dict[str, dict[str, str]] = {"nobody": {}, "forger": {"Authorization": "Bearer forged"}}
    callers |= {role: {"Authorization": f"Bearer {token}"} for role, token in tokens.items()}
    admitted = set()
    for name, headers in callers.items():
        answer = await api.request(route.method, _path(route), headers=headers)
        assert answer.status_code < 500, (name, answer.text)
        if answer.status_code not in {401, 403}:
            admitted.add(name)
    if route.who == ("public",):
        # A public route does not look at tokens; a refusal of its own (a wrong code) is its own business.
        assert admitted in (set(callers), set())
    elif "public" in route.who:
        assert admitted >= {"nobody", *(role for role in route.who if role in tokens)}
    else:
        assert admitted == {role for role in route.who if role in tokens}
