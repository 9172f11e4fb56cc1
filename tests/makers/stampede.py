"""A crowd over HTTP, in a process of its own: a thousand clients would take the service's turn in one loop with it.

Reads a `Crowd` as JSON on the standard input; writes how many ended with which code.
"""

import asyncio
import random
import sys
from collections import Counter
from uuid import uuid4

import httpx
import msgspec
import uvloop

MAY_PRESS_AGAIN = ("flash_busy", "unavailable")


class Crowd(msgspec.Struct):
    """Everybody presses the same button once, and again when told so, until the answer is final."""

    url: str
    path: str
    store: str
    tokens: list[str]


async def press(client: httpx.AsyncClient, crowd: Crowd, token: str) -> str:
    """Her final answer: `won`, or the code of the refusal."""
    body = {"store": crowd.store, "device": uuid4().hex}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    while True:
        answer = await client.post(crowd.path, json=body, headers=headers)
        if answer.status_code == httpx.codes.CREATED:
            return "won"
        code = str(answer.json()["code"])
        if code not in MAY_PRESS_AGAIN:
            return code
        await asyncio.sleep(float(answer.headers["Retry-After"]) * random.uniform(0.8, 1.2))


async def everybody(crowd: Crowd) -> Counter[str]:
    limits = httpx.Limits(max_connections=len(crowd.tokens), max_keepalive_connections=len(crowd.tokens))
    async with httpx.AsyncClient(base_url=crowd.url, timeout=120, limits=limits) as client:
        return Counter(await asyncio.gather(*(press(client, crowd, token) for token in crowd.tokens)))


if __name__ == "__main__":
    outcome = uvloop.run(everybody(msgspec.json.decode(sys.stdin.buffer.read(), type=Crowd)))
    sys.stdout.buffer.write(msgspec.json.encode(outcome))
