"""The route table is a test, and so is who may call what."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
import pytest_asyncio

from foundation.faces import Route
from foundation.sessions import SessionTokens, open_session
from foundation.settings import Settings
from foundation.transactions import transactional
from membership.staff import Role
from server.faces import FACES, document
from tests.house.source import ROOT
from tests.makers.members import make_known_member
from tests.makers.staff import make_staff
from tests.makers.stores import make_store

TABLE = ROOT / "tests" / "house" / "routes.txt"
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


@pytest_asyncio.fixture(scope="session")
async def staff(world: Settings) -> AsyncIterator[dict[str, UUID]]:
    """Somebody for every role."""
    store = await make_store()
    yield {role: (await make_staff(role, store_id=store.id if role is Role.CLERK else None)).id for role in Role}


@transactional
async def _sign_in(staff_id: UUID, role: str) -> SessionTokens:
    return await open_session("staff", staff_id, {"role": role, "store": str(uuid4())})


async def _callers(staff: dict[str, UUID]) -> dict[str, dict[str, str]]:
    """The headers of a caller for every role and of two strangers; signed in anew, for a route may sign her out."""
    callers = {"nobody": {}, "forger": {"Authorization": "Bearer forged"}}
    callers["member"] = (await make_known_member()).headers
    for role, staff_id in staff.items():
        callers[role] = {"Authorization": f"Bearer {(await _sign_in(staff_id, role)).access_token}"}
    return callers


def _path(route: Route) -> str:
    path = route.path
    for parameter in route.parameters:
        if parameter.source == "path":
            path = path.replace(f"{{{parameter.name}}}", str(uuid4()))
    return path


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_who_may_call_it(route: Route, staff: dict[str, UUID], api: httpx.AsyncClient) -> None:
    """Every route × every role, and nobody at all: in exactly those get past the door whom the route names.

    Whoever gets past is answered by the route itself, mostly with a refusal of an empty body: anything but 401 and 403.
    """
    callers = await _callers(staff)
    admitted = set()
    for name, headers in callers.items():
        answer = await api.request(route.method, _path(route), headers=headers)
        assert answer.status_code < 500, (name, answer.text)
        if answer.status_code not in {401, 403}:
            admitted.add(name)
    if "public" in route.who:
        # A public route does not look at tokens; a refusal of its own (a wrong code) is its own business.
        assert admitted in (set(callers), set())
    else:
        assert admitted == set(callers) & set(route.who)
