"""Everybody at once: the races for limits and for a store's stock, shared by the short tests and those in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import UUID

from foundation import clock, database
from membership import catalogue
from membership.catalogue import taking
from tests.makers.catalogue import make_product, put_back, take
from tests.makers.mall import make_saver
from tests.makers.redemption_races import gather, kinds
from tests.makers.stores import make_store

UNCOUNTED_UNDER_THE_LOCK = (
    taking.TAKE.replace("SET taken = product_quota.taken + excluded.taken", "SET taken = excluded.taken + seen.taken")
    .replace("WHERE product_quota.taken + excluded.taken\n", "WHERE seen.taken + excluded.taken\n")
    .replace(
        "seen.taken",
        "coalesce((SELECT before.taken FROM product_quota before WHERE before.member_id = excluded.member_id"
        " AND before.product_id = excluded.product_id AND before.period = excluded.period), 0)",
    )
)
"""The same statement, adding to what was read when it began and not to what the locked row says."""

UNLOCKED_IN_STORE = (
    taking.TAKE.replace(
        "  UPDATE product_stock SET stock = stock - $2 FROM allowed\n",
        "  UPDATE product_stock SET stock = there.seen - $2 FROM allowed, there\n",
    )
    .replace("AND allowed.in_store AND stock >= $2", "AND allowed.in_store AND there.seen >= $2")
    .replace(
        "WITH wanted AS MATERIALIZED (",
        "WITH there AS MATERIALIZED (SELECT stock AS seen FROM product_stock"
        " WHERE product_id = $1::uuid AND store_id = $5::uuid), wanted AS MATERIALIZED (",
    )
)
"""The same statement, checking and writing the store's stock that was read before the row was locked."""


async def one_member_many_orders(orders: int, limit: int) -> tuple[Counter[str], int, int]:
    """She asks for one piece many times: (results by kind, what counts against her limits, stock left)."""
    product = await make_product(stock=orders, most_ever=limit, most_per_day=limit)
    member = await make_saver(0)
    results = await gather([lambda: take(product, member)] * orders)
    counted = await database.fetchval("SELECT max(taken) FROM product_quota WHERE member_id = $1", member)
    left = (await catalogue.stock_of(product))[0].stock
    return kinds(results), counted, left


def expect_the_limit(outcome: tuple[Counter[str], int, int], orders: int, limit: int) -> None:
    assert outcome == ({"Taken": limit, "LimitReached": orders - limit}, limit, orders - limit)


async def takes_and_returns(orders: int, limit: int) -> tuple[int, int, int]:
    """She has her limit, gives one back and takes another, over and over at once: (held, counted, missing stock)."""
    product, member = await make_product(stock=orders, most_ever=limit), await make_saver(0)
    taken_at = clock.now()
    held = 0

    async def take_and_return(keeps: bool) -> None:
        nonlocal held
        await take(product, member)
        held += 1
        if not keeps:
            await put_back(product, 1, member_id=member, stock_store_id=None, taken_at=clock.now())
            held -= 1

    await gather([lambda keeps=number % 2 == 0: take_and_return(keeps) for number in range(orders)])  # type: ignore[misc]  # mypy: defaults of a lambda
    assert clock.business_day(taken_at) == clock.business_day(clock.now()), "run it again after midnight"
    counted = await database.fetchval(
        "SELECT taken FROM product_quota WHERE member_id = $1 AND period = 'ever'", member
    )
    return held, counted, orders - (await catalogue.stock_of(product))[0].stock


def expect_what_she_holds(outcome: tuple[int, int, int], limit: int) -> None:
    held, counted, missing = outcome
    assert held == counted == missing
    assert held <= limit


async def many_members_in_two_stores(members: int, pieces: int) -> tuple[Counter[str], list[int]]:
    """Half of them ask in each of two stores: (results by kind, stock left in the centre and in the stores)."""
    product = await make_product(stock=members, stock_per_store=True)
    stores = [await make_store(), await make_store()]
    for store in stores:
        await catalogue.restock(product, pieces, store_id=store.id)
    savers = [await make_saver(0) for _ in range(members)]

    def ask(member: UUID, store_id: UUID) -> Callable[[], Awaitable[object]]:
        return lambda: take(product, member, store_id=store_id)

    results = await gather([ask(member, stores[number % 2].id) for number, member in enumerate(savers)])
    return kinds(results), [place.stock for place in await catalogue.stock_of(product)]


def expect_each_store_its_own(outcome: tuple[Counter[str], list[int]], members: int, pieces: int) -> None:
    assert outcome == ({"Taken": 2 * pieces, "SoldOut": members - 2 * pieces}, [members, 0, 0])
