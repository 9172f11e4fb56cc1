"""Idempotency keys over HTTP: one effect, and the first answer for ever after."""

import asyncio
import contextlib
from typing import Any
from uuid import UUID

import httpx
import pytest

from foundation import database
from foundation.ids import new_id
from tests.foundation.ground_tables import count_of, make_counter, marks_of
from tests.foundation.small_face import sign_in
from tests.serving import Served


async def headers_of(subject: UUID | None = None) -> dict[str, str]:
    tokens = await sign_in(subject or new_id())
    return {"Authorization": f"Bearer {tokens.access_token}"}


async def _take(door: httpx.AsyncClient, headers: dict[str, str], key: str, **body: Any) -> httpx.Response:
    """Sends the request, and sends it again when it is told to come back later, as every client should."""
    for _ in range(5):
        answer = await door.post("/takings", headers={**headers, "Idempotency-Key": key}, json=body)
        if answer.status_code != 503:
            break
        await asyncio.sleep(0.1)
    return answer


async def test_the_same_request_gets_the_first_answer_again(door: httpx.AsyncClient) -> None:
    counter, headers = await make_counter(10), await headers_of()
    first = await _take(door, headers, "a", counter=str(counter))
    again = await _take(door, headers, "a", counter=str(counter))
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert await count_of(counter) == 9


async def test_another_key_is_another_effect(door: httpx.AsyncClient) -> None:
    counter, headers = await make_counter(10), await headers_of()
    for key in ("a", "b"):
        assert (await _take(door, headers, key, counter=str(counter))).status_code == 201
    assert await count_of(counter) == 8


async def test_fifty_at_once_have_one_effect_and_equal_answers(door: httpx.AsyncClient) -> None:
    counter, headers = await make_counter(100), await headers_of()
    answers = await asyncio.gather(*(_take(door, headers, "a", counter=str(counter)) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await count_of(counter) == 99
    assert len(await marks_of(counter)) == 1


async def test_control_fifty_at_once_without_a_key_have_fifty_effects(door: httpx.AsyncClient) -> None:
    counter, headers = await make_counter(100), await headers_of()
    answers = await asyncio.gather(
        *(door.post("/plain-takings", headers=headers, json={"counter": str(counter)}) for _ in range(50))
    )
    taken = sum(answer.status_code == 201 for answer in answers)
    assert taken > 1
    assert await count_of(counter) == 100 - taken


async def test_fifty_at_once_for_the_last_one_all_hear_the_first_answer(door: httpx.AsyncClient) -> None:
    """Those who come too late find nothing left; but it was their own request that took it."""
    counter, headers = await make_counter(1), await headers_of()
    answers = await asyncio.gather(*(_take(door, headers, "a", counter=str(counter)) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    later = await _take(door, headers, "a", counter=str(counter))
    assert (later.status_code, later.content) == (201, answers[0].content)
    stranger = await _take(door, headers, "b", counter=str(counter))
    assert (stranger.status_code, stranger.json()["code"]) == (409, "nothing_left")


@pytest.mark.parametrize("change", [{"amount": 2}, {"note": "x"}])
async def test_another_body_under_the_key_is_a_conflict(door: httpx.AsyncClient, change: dict[str, Any]) -> None:
    counter, headers = await make_counter(10), await headers_of()
    await _take(door, headers, "a", counter=str(counter))
    other = await _take(door, headers, "a", counter=str(counter), **change)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert await count_of(counter) == 9


async def test_another_body_that_would_be_refused_is_a_conflict_too(door: httpx.AsyncClient) -> None:
    counter, headers = await make_counter(1), await headers_of()
    await _take(door, headers, "a", counter=str(counter))
    other = await _take(door, headers, "a", counter=str(counter), amount=2)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_the_same_meaning_in_other_bytes_is_the_same_request(door: httpx.AsyncClient) -> None:
    counter, headers = await make_counter(10), await headers_of()
    first = await _take(door, headers, "a", counter=str(counter))
    spaced = f'{{ "amount": 1,\n "counter": "{str(counter).upper()}" }}'
    again = await door.post(
        "/takings",
        headers={**headers, "Idempotency-Key": "a", "Content-Type": "application/json; charset=utf-8"},
        content=spaced,
    )
    assert again.content == first.content


async def test_keys_of_different_callers_never_meet(door: httpx.AsyncClient) -> None:
    counter = await make_counter(10)
    mine, hers = await headers_of(), await headers_of()
    first = await _take(door, mine, "a", counter=str(counter))
    second = await _take(door, hers, "a", counter=str(counter))
    assert first.json()["id"] != second.json()["id"]
    assert await count_of(counter) == 8


async def test_the_key_belongs_to_the_person_not_to_the_session(door: httpx.AsyncClient) -> None:
    counter, subject = await make_counter(10), new_id()
    first = await _take(door, await headers_of(subject), "a", counter=str(counter))
    again = await _take(door, await headers_of(subject), "a", counter=str(counter))
    assert first.content == again.content


async def test_a_refusal_stores_nothing_and_may_be_repeated(door: httpx.AsyncClient) -> None:
    counter, subject = await make_counter(0), new_id()
    headers = await headers_of(subject)
    assert (await _take(door, headers, "a", counter=str(counter))).status_code == 409
    assert not await database.fetchval("SELECT true FROM idempotency_key WHERE subject = $1", subject)
    await database.execute("UPDATE test_counter SET n = 1 WHERE id = $1", counter)
    assert (await _take(door, headers, "a", counter=str(counter))).status_code == 201


async def test_a_key_does_not_leak_into_the_next_request_of_the_connection(small_service: Served) -> None:
    """Refused before its action ran, or done: the next request on the connection must not inherit the claim."""
    counter, subject = await make_counter(10), new_id()
    headers = await headers_of(subject)
    base = f"http://127.0.0.1:{small_service.port}/small"
    one = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(base_url=base, limits=one) as client:
        assert (await _take(client, headers, "refused", counter="no id")).status_code == 422
        assert (await _take(client, headers, "done", counter=str(counter))).status_code == 201
        for _ in range(2):
            plain = await client.post("/plain-takings", headers=headers, json={"counter": str(counter)})
            assert plain.status_code == 201
    assert await count_of(counter) == 7
    keys = await database.fetch("SELECT key FROM idempotency_key WHERE subject = $1", subject)
    assert [row["key"] for row in keys] == ["done"]


@pytest.mark.parametrize("key", [None, "", "x" * 65, "é", "a\tb"])
async def test_a_missing_or_unfit_key_is_named(door: httpx.AsyncClient, key: str | None) -> None:
    counter, headers = await make_counter(10), await headers_of()
    extra = {} if key is None else {"Idempotency-Key": key.encode("latin-1")}
    answer = await door.post(
        "/takings",
        headers={
            name.encode(): value if isinstance(value, bytes) else value.encode()
            for name, value in {**headers, **extra}.items()
        },
        json={"counter": str(counter)},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
    assert await count_of(counter) == 10


async def test_a_client_that_gave_up_hears_the_answer_when_it_asks_again(
    small_service: Served, door: httpx.AsyncClient
) -> None:
    counter, headers = await make_counter(100), await headers_of()
    async with httpx.AsyncClient(base_url=door.base_url) as hasty:
        for i in range(20):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_take(hasty, headers, f"k{i}", counter=str(counter)), 0.001 * (i % 8))
    answers = [await _take(door, headers, f"k{i}", counter=str(counter)) for i in range(20)]
    assert {answer.status_code for answer in answers} == {201}
    assert await count_of(counter) == 80
