"""A small face of the ground's own, served over real HTTP: what the doors do without any business behind them."""

import asyncio
import hashlib
from typing import Annotated
from uuid import UUID

import msgspec
from sanic import Request, Sanic
from sanic.config import Config

from foundation import database
from foundation.gates import SessionGate
from foundation.http import Body, Caller, Face, IdempotencyKey, Limit, Page, PageQuery, Problem, Raw, Upload, View
from foundation.ids import new_id
from foundation.pages import write_cursor
from foundation.serving import LARGEST_BODY_BYTES, mount, refuse_well
from foundation.sessions import SessionTokens, open_session
from foundation.transactions import transactional
from tests.foundation.ground_tables import count_of

AUDIENCE = "small"

small = Face("small", "/small", SessionGate(AUDIENCE), title="Small", description="A face for tests.")

TIGHT = Limit(requests=60, seconds=60, burst=3)


class NothingLeft(Problem):
    status = 409
    code = "nothing_left"
    title = "The counter is at zero"
    detail = "已经没有了"


class TakeIn(Body, frozen=True, kw_only=True):
    counter: UUID
    amount: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1
    note: Annotated[str, msgspec.Meta(max_length=20)] = ""


class Taken(msgspec.Struct, frozen=True):
    id: UUID
    left: int


class TakenOut(View, frozen=True, kw_only=True):
    id: UUID
    left: int


class CounterOut(View, frozen=True, kw_only=True):
    id: UUID
    n: int


class Search(Body, frozen=True, kw_only=True):
    text: str = ""
    number: int = 0
    weight: float = 0.0


@transactional
async def sign_in(subject: UUID, claims: dict[str, str] | None = None) -> SessionTokens:
    """A session of this face."""
    return await open_session(AUDIENCE, subject, claims)


@transactional
async def take(counter: UUID, amount: int) -> Taken:
    left = await database.fetchval(
        "UPDATE test_counter SET n = n - $2 WHERE id = $1 AND n >= $2 RETURNING n", counter, amount
    )
    if left is None:
        raise NothingLeft
    mark = new_id()
    await database.execute("INSERT INTO test_mark (id, counter) VALUES ($1, $2)", mark, counter)
    return Taken(mark, left)


@small.post("/takings", who=AUDIENCE, status=201, refuses=(NothingLeft,), limit=Limit(1000, 1, 1000))
async def take_one(caller: Caller, body: TakeIn, key: IdempotencyKey) -> TakenOut:
    """Take from a counter."""
    assert caller.subject
    assert key
    taken = await take(body.counter, body.amount)
    return TakenOut(id=taken.id, left=taken.left)


@small.post("/plain-takings", who=AUDIENCE, status=201, refuses=(NothingLeft,), limit=Limit(1000, 1, 1000))
async def take_plainly(caller: Caller, body: TakeIn) -> TakenOut:
    """Take from a counter without a key.

    A second paragraph, for the document."""
    assert caller.subject
    taken = await take(body.counter, body.amount)
    return TakenOut(id=taken.id, left=taken.left)


@small.get("/counters/{counter_id}", who=AUDIENCE)
async def counter(caller: Caller, counter_id: UUID) -> CounterOut:
    """One counter."""
    assert caller.subject
    return CounterOut(id=counter_id, n=await count_of(counter_id))


@small.get("/numbers", who="public")
async def numbers(query: PageQuery) -> Page[CounterOut]:
    """A list."""
    item = CounterOut(id=UUID(int=1), n=query.limit)
    return Page(items=[item], next_cursor=write_cursor(query.limit))


@small.get("/search", who="public")
async def search(query: Search) -> CounterOut:
    """A search."""
    return CounterOut(id=UUID(int=0), n=query.number)


@small.get("/crash", who="public")
async def crash() -> CounterOut:
    """Crash."""
    raise RuntimeError("the secret plans are in the drawer")


@small.get("/away", who="public")
async def away() -> CounterOut:
    """Lose the connection outside of an action."""
    raise ConnectionResetError("PostgreSQL went away")


@small.get("/patient", who="public")
async def patient() -> CounterOut:
    """Take one's time."""
    await database.fetchval("SELECT pg_sleep(0.01)")
    return CounterOut(id=UUID(int=0), n=0)


@small.get("/tight", who=AUDIENCE, limit=TIGHT)
async def tight(caller: Caller) -> CounterOut:
    """Be limited."""
    return CounterOut(id=caller.subject, n=0)


@small.get("/managers", who="manager")
async def managers(caller: Caller) -> CounterOut:
    """For managers only."""
    return CounterOut(id=caller.subject, n=0)


@small.get("/both", who=("public", AUDIENCE))
async def both(caller: Caller | None) -> CounterOut:
    """For everybody; members are known."""
    return CounterOut(id=caller.subject if caller else UUID(int=0), n=0)


@small.delete("/nothing", who="public")
async def nothing(request: Request) -> None:
    """Answer with nothing."""
    assert request
    await asyncio.sleep(0)


@small.get("/picture.png", who="public", produces="image/png")
async def picture() -> Raw:
    """Answer with bytes."""
    return Raw(b"\x89PNG", "image/png", {"Cache-Control": "no-store"})


class WeighedOut(View, frozen=True, kw_only=True):
    bytes: int
    digest: str


@small.post("/uploads", who=AUDIENCE, limit=Limit(1000, 1, 1000))
async def weigh(caller: Caller, upload: Upload) -> WeighedOut:
    """Take a file."""
    assert caller.subject
    return WeighedOut(bytes=len(upload.content), digest=hashlib.sha256(upload.content).hexdigest())


def small_app() -> Sanic[Config, object]:
    """An app with this face alone; the ground is brought up by the `world`."""
    config = Config(env_prefix=None)
    config.update(
        {"ACCESS_LOG": False, "AUTO_EXTEND": False, "TOUCHUP": False, "REQUEST_MAX_SIZE": 2 * LARGEST_BODY_BYTES}
    )
    app: Sanic[Config, object] = Sanic(f"small_{new_id().hex[-12:]}", config=config, configure_logging=False)
    refuse_well(app)
    mount(app, small)
    return app
