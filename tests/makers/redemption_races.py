"""Everybody at once: the races for gifts, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from foundation import database, idempotency
from foundation.idempotency import Claim, IdempotencyKey
from membership import mall, points
from membership.catalogue import taking
from tests.makers.catalogue import make_product
from tests.makers.mall import make_saver
from tests.makers.stores import make_store

AT_ONCE = 48
"""Three times the connections of the pool: more would only wait for a connection, and be told so after a second."""

PRICE = 100

UNLOCKED_STOCK = (
    taking.TAKE.replace(
        "  UPDATE product SET stock = stock - $2 FROM allowed\n",
        "  UPDATE product SET stock = allowed.seen - $2 FROM allowed\n",
    )
    .replace("AND on_sale AND stock >= $2", "AND on_sale AND allowed.seen >= $2")
    .replace("SELECT wanted.id, wanted.in_store FROM wanted", "SELECT wanted.id, wanted.in_store, seen FROM wanted")
    .replace("SELECT product.id, product.name,", "SELECT product.stock AS seen, product.id, product.name,")
)
"""The same statement, checking and writing the stock that was read before the row was locked."""

UNLOCKED_ACCOUNT = "SELECT balance, debt FROM points_account WHERE member_id = $1"


async def gather(work: Sequence[Callable[[], Awaitable[object]]]) -> list[object]:
    """Results and exceptions of all, in order."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(each: Callable[[], Awaitable[object]]) -> object:
        async with turn:
            return await each()

    return await asyncio.gather(*(one(each) for each in work), return_exceptions=True)


def kinds(results: Sequence[object]) -> Counter[str]:
    """How many of each type of result."""
    return Counter(type(result).__name__ for result in results)


async def many_members_for_few_gifts(members: int, gifts: int) -> tuple[Counter[str], int, int]:
    """Every member asks for one piece: (results by kind, stock left, points spent by all)."""
    product, store = await make_product(points=PRICE, stock=gifts), await make_store()
    savers = [await make_saver(PRICE) for _ in range(members)]

    def ask(member: UUID) -> Callable[[], Awaitable[object]]:
        return lambda: mall.redeem(member, product, 1, store.code)

    results = await gather([ask(member) for member in savers])
    left = await database.fetchval("SELECT stock FROM product WHERE id = $1", product)
    balances = [(await points.summary(member)).balance for member in savers]
    return kinds(results), left, members * PRICE - sum(balances)


def expect_few_winners(outcome: tuple[Counter[str], int, int], members: int, gifts: int) -> None:
    results, left, spent = outcome
    assert results == {"RedemptionView": gifts, "SoldOut": members - gifts}
    assert (left, spent) == (0, gifts * PRICE)


async def one_key_many_times(requests: int, *, keyed: bool = True) -> tuple[Counter[str], int, int]:
    """One member, one key: (results by kind, different answers, points left of those for all requests)."""
    product, store = await make_product(points=PRICE, stock=requests), await make_store()
    member = await make_saver(PRICE * requests)
    fingerprint = hashlib.sha256(b"the same request").digest()

    async def ask() -> object:
        claim = Claim(member, IdempotencyKey("the-key"), fingerprint) if keyed else None
        with idempotency.claiming(claim):
            return await mall.redeem(member, product, 1, store.code)

    results = await gather([ask] * requests)
    answers = {result for result in results if isinstance(result, mall.RedemptionView)}
    return kinds(results), len(answers), (await points.summary(member)).balance


def expect_one_redemption(outcome: tuple[Counter[str], int, int], requests: int) -> None:
    assert outcome == ({"RedemptionView": requests}, 1, PRICE * (requests - 1))


async def many_keys_points_for_two(requests: int) -> tuple[Counter[str], int, int]:
    """One member with points for two gifts asks for many, each of its own: (results, points left, redemptions)."""
    store = await make_store()
    products = [await make_product(points=PRICE, stock=1) for _ in range(requests)]
    member = await make_saver(PRICE * 2)

    def ask(product: UUID, number: int) -> Callable[[], Awaitable[object]]:
        async def with_key() -> object:
            key = IdempotencyKey(f"key-{number}")
            with idempotency.claiming(Claim(member, key, str(number).encode())):
                return await mall.redeem(member, product, 1, store.code)

        return with_key

    results = await gather([ask(product, number) for number, product in enumerate(products)])
    made = await database.fetchval("SELECT count(*) FROM redemption WHERE member_id = $1", member)
    return kinds(results), (await points.summary(member)).balance, made


def expect_two(outcome: tuple[Counter[str], int, int], requests: int) -> None:
    assert outcome == ({"RedemptionView": 2, "NotEnoughPoints": requests - 2}, 0, 2)


async def cancel_and_hand_over(redemptions: int, *, clerk: UUID) -> Counter[tuple[str, str, str]]:
    """For each redemption a cancellation and a hand-over at once: (cancel's result, hand-over's, status after)."""
    product, store = await make_product(points=PRICE, stock=redemptions), await make_store()
    member = await make_saver(PRICE * redemptions)
    reserved = [await mall.redeem(member, product, 1, store.code) for _ in range(redemptions)]
    outcomes: Counter[tuple[str, str, str]] = Counter()
    for number, each in enumerate(reserved):
        both: list[Callable[[], Awaitable[object]]] = [
            lambda each=each: mall.cancel(member, each.id),  # type: ignore[misc]  # mypy: defaults of a lambda
            lambda each=each: mall.hand_over(clerk, store.id, each.id),  # type: ignore[misc]  # as above
        ]
        results = await gather(both if number % 2 else both[::-1])
        cancelled, handed_over = results if number % 2 else results[::-1]
        after = await mall.redemption(member, each.id)
        outcomes[(type(cancelled).__name__, type(handed_over).__name__, after.status)] += 1
    balance = (await points.summary(member)).balance
    won = sum(count for (_, _, status), count in outcomes.items() if status == mall.Status.CANCELLED)
    assert balance == won * PRICE
    return outcomes


def expect_one_of_two(outcomes: Counter[tuple[str, str, str]]) -> None:
    assert set(outcomes) <= {
        ("RedemptionView", "AlreadyCancelled", mall.Status.CANCELLED),
        ("AlreadyHandedOver", "CounterRedemption", mall.Status.HANDED_OVER),
    }
