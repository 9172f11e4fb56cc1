"""The gate's limits over HTTP, what refusals say of themselves, and the figures."""

import httpx
import pytest
import redis.asyncio

from foundation import errors, faces, gates, metrics
from foundation.errors import FieldError, Problem, TooManyRequests
from foundation.limits import Limit
from tests.foundation.test_idempotency import headers_of


async def test_a_limited_route_says_when_to_come_back(
    door: httpx.AsyncClient, redis_here: "redis.asyncio.Redis"
) -> None:
    headers = await headers_of()
    answers = [await door.get("/tight", headers=headers) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    refused = answers[-1]
    assert refused.headers["retry-after"] == str(refused.json()["retry_after_seconds"]) == "1"
    assert refused.json()["code"] == "too_many_requests"
    assert (await door.get("/tight", headers=await headers_of())).status_code == 200, "another person is not limited"
    assert (await door.get("/both", headers=headers)).status_code == 200, "nor another route"


async def test_strangers_are_limited_by_address(
    door: httpx.AsyncClient, redis_here: "redis.asyncio.Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "ADDRESS_LIMIT", Limit(requests=60, seconds=60, burst=2))
    statuses = [(await door.get("/numbers")).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    spoofed = await door.get("/numbers", headers={"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9"})
    assert spoofed.status_code == 429, "without a proxy of ours nobody may say where a request came from"


async def test_strangers_with_forged_tokens_are_refused_without_a_round_trip(
    door: httpx.AsyncClient, redis_here: "redis.asyncio.Redis"
) -> None:
    before = (await redis_here.info("commandstats")).get("cmdstat_evalsha", {"calls": 0})["calls"]
    assert (await door.get("/tight", headers={"Authorization": "Bearer x.y.z"})).status_code == 401
    after = (await redis_here.info("commandstats")).get("cmdstat_evalsha", {"calls": 0})["calls"]
    assert after == before


def _problems(kind: type[Problem] = Problem) -> list[type[Problem]]:
    return [found for sub in kind.__subclasses__() for found in (sub, *_problems(sub))]


@pytest.mark.parametrize("problem", [p for p in _problems() if p.__module__.startswith("foundation.")])
def test_every_refusal_of_the_ground_is_whole(problem: type[Problem]) -> None:
    details = problem().details()
    assert 400 <= details.status < 600
    assert details.code.isidentifier()
    assert details.type == f"/problems/{details.code}"
    assert "{" not in details.detail
    assert any("\u4e00" <= character <= "\u9fff" for character in details.detail)


def test_a_refusal_fills_in_words_and_nothing_else() -> None:
    class Short(Problem):
        status = 409
        code = "test_short"
        title = "Short"
        detail = "还差 {missing} 分"

    said = Short(missing="{x}", errors=[FieldError("a", "b")], retry_after_seconds=3).details()
    assert (said.detail, said.errors, said.retry_after_seconds) == ("还差 {x} 分", [FieldError("a", "b")], 3)
    assert TooManyRequests().details().retry_after_seconds == 1
    assert errors.Invalid().details().errors == []


async def test_requests_are_counted_by_route_and_never_by_what_is_in_the_path(door: httpx.AsyncClient) -> None:
    await door.get("/counters/secret-looking-thing", headers=await headers_of())
    text = metrics.render()[0].decode()
    assert 'route="/small/counters/{counter_id}",status="404"' in text
    assert "secret-looking-thing" not in text


def test_a_route_without_a_docstring_is_refused() -> None:
    face = faces.Face("x", "/x", gates.SessionGate("x"), title="X", description="X")

    async def nameless() -> None: ...

    with pytest.raises(AssertionError, match="no docstring"):
        face.get("/", who="public")(nameless)
