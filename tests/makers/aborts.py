"""Makers: clients that go away in the middle of a request."""

import asyncio
import random

import httpx


async def send_and_go(request: httpx.Request, seconds: float) -> bool:
    """Sends a request and breaks the connection off (RST) after so long; whether the answer had begun by then."""
    reader, writer = await asyncio.open_connection(request.url.host, request.url.port)
    head = [f"{request.method} {request.url.raw_path.decode()} HTTP/1.1"]
    head += [f"{name}: {value}" for name, value in request.headers.items()]
    try:
        writer.write("\r\n".join([*head, "", ""]).encode() + request.read())
        await asyncio.wait_for(reader.read(1), seconds)
    except TimeoutError:
        return False
    except ConnectionError:
        return False
    else:
        return True
    finally:
        writer.transport.abort()


async def send_many_and_go(requests: list[httpx.Request], *, at_once: int, longest: float, seed: int) -> int:
    """Each goes away after a random moment of up to `longest` seconds; how many had an answer by then."""
    chance = random.Random(seed)
    turn = asyncio.Semaphore(at_once)

    async def one(request: httpx.Request, seconds: float) -> bool:
        async with turn:
            return await send_and_go(request, seconds)

    return sum(await asyncio.gather(*(one(request, chance.uniform(0, longest)) for request in requests)))
