"""Files as bodies of requests: larger than any other body may be, and read only for those who may send them."""

import hashlib
import os
from collections.abc import AsyncIterator

import httpx

from foundation.ids import new_id
from foundation.openapi import document
from foundation.serving import LARGEST_BODY_BYTES, LARGEST_UPLOAD_BYTES
from tests.foundation.small_face import sign_in, small


async def _signed_in() -> dict[str, str]:
    tokens = await sign_in(new_id())
    return {"Authorization": f"Bearer {tokens.access_token}"}


async def test_a_file_arrives_as_it_was_sent(door: httpx.AsyncClient) -> None:
    for size in (0, 1, LARGEST_BODY_BYTES * 4, LARGEST_UPLOAD_BYTES):
        content = os.urandom(size)
        headers = await _signed_in() | {"Content-Type": "image/jpeg"}
        answer = await door.post("/uploads", headers=headers, content=content)
        assert answer.status_code == 200, answer.text
        assert answer.json() == {"bytes": size, "digest": hashlib.sha256(content).hexdigest()}


async def test_in_pieces_of_unknown_number_too(door: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 10_000

    answer = await door.post("/uploads", headers=await _signed_in(), content=pieces())
    assert answer.json()["bytes"] == 1_000_000


async def test_one_byte_too_many_is_413(door: httpx.AsyncClient) -> None:
    answer = await door.post("/uploads", headers=await _signed_in(), content=b"x" * (LARGEST_UPLOAD_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    again = await door.post("/uploads", headers=await _signed_in(), content=b"x")
    assert again.json()["bytes"] == 1


async def test_who_may_not_send_is_told_so_first(door: httpx.AsyncClient) -> None:
    answer = await door.post("/uploads", content=b"x" * LARGEST_BODY_BYTES)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


async def test_other_bodies_stay_small(door: httpx.AsyncClient) -> None:
    answer = await door.post("/plain-takings", headers=await _signed_in(), content=b" " * (LARGEST_BODY_BYTES + 1))
    assert answer.status_code == 413


def test_the_document_says_that_the_body_is_a_file() -> None:
    operation = document([small], title="t", version="1", description="d")["paths"]["/small/uploads"]["post"]
    assert list(operation["requestBody"]["content"]) == ["application/octet-stream"]
    assert "413" in operation["responses"]
