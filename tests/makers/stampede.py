"""A crowd over HTTP, in a process of its own: a thousand clients would take the service's turn in one loop with it.

Reads a `Crowd` as JSON on the standard input; writes how many ended with which code.
"""

import asyncio
import random
import sys
from collections import Counter
from contextlib import AsyncExitStack
from uuid import uuid4

import httpx
import msgspec
import uvloop

POOL = 20
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
    """Everybody has a connection of her own."""
    answers: Counter[str] = Counter()
    context = httpx.create_ssl_context()
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:

        async def one(client: httpx.AsyncClient, token: str) -> None:
            answers[await press(client, crowd, token)] += 1

        # Small pools, because each request looks at every connection of its pool.
        for start in range(0, len(crowd.tokens), POOL):
            client = httpx.AsyncClient(base_url=crowd.url, timeout=120, verify=context)
            await stack.enter_async_context(client)
            for token in crowd.tokens[start : start + POOL]:
                group.create_task(one(client, token))
    return answers


if __name__ == "__main__":
    outcome = uvloop.run(everybody(msgspec.json.decode(sys.stdin.buffer.read(), type=Crowd)))
    sys.stdout.buffer.write(msgspec.json.encode(outcome))
