"""Problem details for everything that can go wrong between a socket and a handler."""

import asyncio
import random
from uuid import UUID

import httpx
import pytest
from structlog.testing import capture_logs

from foundation import database, transactions
from foundation.ids import new_id
from foundation.sessions import SessionTokens
from tests.foundation.ground_tables import count_of, idle_in_transaction, make_counter, marks_of
from tests.foundation.small_face import sign_in, small
from tests.serving import Served

PROBLEM = "application/problem+json"


async def _headers(**claims: str) -> dict[str, str]:
    tokens: SessionTokens = await sign_in(new_id(), claims)
    return {"Authorization": f"Bearer {tokens.access_token}"}


def _is_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"/problems/{code}")
    assert body["title"]
    assert any("\u4e00" <= character <= "\u9fff" for character in body["detail"]), "the detail is Chinese"


@pytest.mark.parametrize("path", ["/nowhere", "/counters", "/counters/", "/%00", "/%ff%fe", "/..%2f.."])
async def test_an_unknown_path_is_404(door: httpx.AsyncClient, path: str) -> None:
    _is_problem(await door.get(path), 404, "not_found")


async def test_a_wrong_method_is_405_and_names_the_right_ones(door: httpx.AsyncClient) -> None:
    for method in ("GET", "PUT", "OPTIONS"):
        answer = await door.request(method, "/takings")
        _is_problem(answer, 405, "method_not_allowed")
        assert answer.headers["allow"] == "POST"
    assert (await door.head("/takings")).status_code == 405


@pytest.mark.parametrize(
    "identifier", ["x", "0", "%00", "é", "1" * 200, "{}", "7e608759-787f-4f67-81c8-e6638472eed", "..", "'--"]
)
async def test_an_id_that_is_none_is_404(door: httpx.AsyncClient, identifier: str) -> None:
    answer = await door.get(f"/counters/{identifier}", headers=await _headers())
    _is_problem(answer, 404, "not_found")


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 100_000, b"\xef\xbb\xbf{}"])
async def test_a_body_that_is_no_json_is_400(door: httpx.AsyncClient, raw: bytes) -> None:
    answer = await door.post("/plain-takings", headers=await _headers(), content=raw)
    _is_problem(answer, 400, "bad_request")


async def test_a_field_that_cannot_be_used_is_422_with_its_place(door: httpx.AsyncClient) -> None:
    raw = b'{"counter":"' + str(new_id()).encode() + b'","note":"\\ud800"}'
    answer = await door.post("/plain-takings", headers=await _headers(), content=raw)
    _is_problem(answer, 422, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == ["note"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json", ""])
async def test_a_body_of_another_type_is_415(door: httpx.AsyncClient, kind: str) -> None:
    answer = await door.post(
        "/plain-takings", headers={**await _headers(), "Content-Type": kind}, content=b'{"counter":1}'
    )
    _is_problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("size", [256 * 1024 + 1, 600 * 1024])
async def test_a_body_that_is_too_large_is_413(door: httpx.AsyncClient, size: int) -> None:
    answer = await door.post("/plain-takings", headers=await _headers(), content=b'"' + b"a" * size + b'"')
    _is_problem(answer, 413, "too_large")


@pytest.mark.parametrize(
    ("query", "field"),
    [("unknown=1", "unknown"), ("limit=1&limit=2", "limit"), ("limit=x", "limit"), ("limit=", "limit"),
     ("limit=101", "limit"), ("limit=" + "9" * 5000, "limit"), ("cursor=" + "a" * 201, "cursor"),
     ("cursor=%00", "cursor")],
)  # fmt: skip
async def test_query_parameters_that_cannot_be_used_are_422(door: httpx.AsyncClient, query: str, field: str) -> None:
    answer = await door.get(f"/numbers?{query}")
    _is_problem(answer, 422, "invalid")
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_list_is_answered(door: httpx.AsyncClient) -> None:
    answer = await door.get("/numbers", params={"limit": "7"})
    assert answer.status_code == 200
    assert answer.json()["items"] == [{"id": str(UUID(int=1)), "n": 7}]
    assert answer.headers["content-type"] == "application/json"


async def test_a_crash_is_500_without_details_and_in_the_log(door: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        answer = await door.get("/crash")
    _is_problem(answer, 500, "internal_error")
    assert "secret plans" not in answer.text
    assert "errors" not in answer.json()
    (entry,) = [entry for entry in logs if entry["event"] == "unexpected_error"]
    assert (entry["log_level"], entry["route"]) == ("error", "small.crash")
    assert "secret plans" in str(entry["exc_info"])


async def test_a_part_that_is_away_is_503_and_not_a_crash(door: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        answer = await door.get("/away")
    _is_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["retry_after_seconds"] == 1
    assert "unexpected_error" not in {entry["event"] for entry in logs}


async def test_a_stranger_is_401(door: httpx.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"}, {"Authorization": "Bearer"},
                    {"Authorization": "Bearer " + "x" * 6000}):  # fmt: skip
        answer = await door.get("/tight", headers=headers)
        _is_problem(answer, 401, "unauthorized")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_role_that_may_not_is_403(door: httpx.AsyncClient) -> None:
    _is_problem(await door.get("/managers", headers=await _headers()), 403, "forbidden")
    _is_problem(await door.get("/managers", headers=await _headers(role="clerk")), 403, "forbidden")
    assert (await door.get("/managers", headers=await _headers(role="manager"))).status_code == 200


async def test_a_door_for_everybody_knows_who_shows_a_token(door: httpx.AsyncClient) -> None:
    assert (await door.get("/both")).json()["id"] == str(UUID(int=0))
    assert (await door.get("/both", headers=await _headers())).json()["id"] != str(UUID(int=0))
    _is_problem(await door.get("/both", headers={"Authorization": "Bearer x"}), 401, "unauthorized")


async def test_nothing_is_204_and_bytes_are_bytes(door: httpx.AsyncClient) -> None:
    nothing = await door.delete("/nothing")
    assert (nothing.status_code, nothing.content) == (204, b"")
    picture = await door.get("/picture.png")
    assert (picture.content, picture.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert picture.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "raw",
    [
        b"NONSENSE\r\n\r\n",
        b"GET /small/numbers HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /small/numbers HTTP/1.1\r\nHost: x\r\nbroken header\r\n\r\n",
        b"POST /small/plain-takings HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        b"POST /small/plain-takings HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /small/numbers HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    ],
)
async def test_broken_http_is_refused_and_never_a_5xx(small_service: Served, raw: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", small_service.port)
    writer.write(raw)
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(4096), 5)
    writer.close()
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413", b"HTTP/1.1 431", b"HTTP/1.1 401")), answer[:80]


def test_every_route_of_the_face_is_named_once() -> None:

    names = [route.name for route in small.routes]
    assert len(names) == len(set(names))


async def _request_and_leave(port: int, raw: bytes, seconds: float) -> bytes:
    """Sends a request and closes the connection after a moment, answered or not."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(raw)
    try:
        return await asyncio.wait_for(reader.read(65_536), seconds)
    except TimeoutError:
        return b""
    finally:
        writer.transport.abort()


async def test_500_clients_who_hang_up_leave_nothing_half_done(small_service: Served) -> None:
    chance = random.Random(11)
    token = (await sign_in(new_id())).access_token
    counters = [await make_counter(1000) for _ in range(5)]
    answers: list[tuple[UUID, bytes]] = []

    async def one(i: int) -> None:
        counter = counters[i % 5]
        body = f'{{"counter":"{counter}"}}'
        raw = (
            f"POST /small/plain-takings HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
            if i % 2
            else "GET /small/patient HTTP/1.1\r\nHost: x\r\n\r\n"
        )
        answer = await _request_and_leave(
            small_service.port, raw.encode(), 5 if i % 7 == 0 else chance.uniform(0, 0.15)
        )
        if answer.startswith(b"HTTP/1.1 201"):
            answers.append((counter, answer))

    for start in range(0, 500, 50):
        await asyncio.gather(*(one(i) for i in range(start, start + 50)))
    await transactions.finish_running(5)
    for _ in range(100):  # the last handlers notice their cancellation
        pool = database.pool()
        if pool.get_idle_size() == pool.get_size():
            break
        await asyncio.sleep(0.02)
    assert pool.get_idle_size() == pool.get_size()
    assert await idle_in_transaction(pool) == 0
    for counter in counters:
        marks = await marks_of(counter)
        assert 1000 - await count_of(counter) == len(marks)
        acknowledged = [answer for of, answer in answers if of == counter]
        assert all(any(str(mark).encode() in answer for mark in marks) for answer in acknowledged)
    assert 0 < len(answers) < 250, "some hang up in the middle, or the test proves nothing"
    held = await asyncio.gather(*(pool.acquire(timeout=2) for _ in range(pool.get_max_size())))
    for connection in held:
        await pool.release(connection)
