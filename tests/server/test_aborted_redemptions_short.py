"""200 mothers' phones go away in the middle of a redemption and ask again; `make faults` has 2,000 and the controls."""

import asyncio
from uuid import UUID

import httpx
import pytest

from foundation import database, transactions
from membership import points
from tests.makers.aborts import send_many_and_go
from tests.makers.catalogue import make_product
from tests.makers.mall import make_rich_member
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")

REQUESTS = 200
PRICE = 7


async def test_200_aborted_redemptions_happen_once_or_not_at_all(api: httpx.AsyncClient) -> None:
    product, store = await make_product(points=PRICE, stock=REQUESTS), await make_store()
    member = await make_rich_member(PRICE * REQUESTS)
    body = {"product_id": str(product), "quantity": 1, "store": store.code}

    def requests() -> list[httpx.Request]:
        return [
            api.build_request(
                "POST", "/api/v1/mall/redemptions", json=body, headers={**member.headers, "Idempotency-Key": f"k{key}"}
            )
            for key in range(REQUESTS)
        ]

    await send_many_and_go(requests(), at_once=10, longest=0.05, seed=1)
    await transactions.finish_running(5)
    done = await _redeemed(product, member.id)
    assert done > 0, "nobody got as far as the transaction: the test proves nothing"
    answers = [await api.send(request) for request in requests()]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == REQUESTS
    assert await _redeemed(product, member.id) == REQUESTS
    await _every_place_can_be_had()


async def _redeemed(product: UUID, member: UUID) -> int:
    """How many redemptions there are; stock and points must agree with it."""
    done = int(await database.fetchval("SELECT count(*) FROM redemption WHERE product_id = $1", product))
    assert await database.fetchval("SELECT stock FROM product WHERE id = $1", product) == REQUESTS - done
    assert (await points.summary(member)).balance == PRICE * (REQUESTS - done)
    return done


async def _every_place_can_be_had() -> None:
    """On a busy machine it may take a while; those that were had are given back, whatever became of the others."""
    pool = database.pool()
    asked = (pool.acquire(timeout=60) for _ in range(pool.get_max_size()))
    taken = await asyncio.gather(*asked, return_exceptions=True)
    had = [connection for connection in taken if not isinstance(connection, BaseException)]
    in_transaction = [connection.is_in_transaction() for connection in had]
    for connection in had:
        await pool.release(connection)
    assert in_transaction == [False] * pool.get_max_size()
