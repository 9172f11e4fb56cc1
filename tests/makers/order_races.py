"""Everybody at once on one order: the races, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import UUID

from foundation import database
from membership import mall, points
from membership.mall import orders, paying
from tests.makers.mall import make_saver
from tests.makers.orders import (
    MONEY_FEN,
    PRICE,
    make_offer,
    make_operator,
    make_shopper,
    money_comes,
    order_for_money,
    payment_of,
    shipped,
    stock_of,
    work,
)
from tests.makers.redemption_races import gather, kinds
from tests.makers.stores import make_store

UNLOCKED_ORDER = orders.LOCK.replace(" FOR NO KEY UPDATE OF redemption", "")
"""The same row, decided upon without being locked."""

STOCK = 60


async def close_nothing(_payment_id: UUID) -> None:
    """Gives an order up without asking its payment."""


async def one_cancelled_many_times(requests: int) -> tuple[Counter[str], int, int, int]:
    """One order of several is cancelled at once: (results by kind, stock, points, give-backs in the ledger)."""
    product, store = await make_offer(stock=STOCK), await make_store()
    member = await make_saver(PRICE * 40)
    made = [await mall.redeem(member, product, 1, store.code) for _ in range(20)]
    results = await gather([lambda: mall.cancel(member, made[7].id)] * requests)
    given_back = await database.fetchval(
        "SELECT count(*) FROM points_entry WHERE member_id = $1 AND kind = 'redemption_cancelled'", member
    )
    return kinds(results), await stock_of(product), (await points.summary(member)).balance, given_back


def expect_one_give_back(outcome: tuple[Counter[str], int, int, int], requests: int) -> None:
    assert outcome == ({"RedemptionView": requests}, STOCK - 19, PRICE * 21, 1)


Outcome = tuple[bool, str, str, int, int, int]


async def paid_and_released_at_once(rounds: int) -> Counter[Outcome]:
    """For each order the money and the release: (released, status, payment, fen sent back, points left, stock)."""
    outcomes: Counter[Outcome] = Counter()
    for number in range(rounds):
        shopper, product = await make_shopper(PRICE), await make_offer(money_fen=MONEY_FEN, stock=5)
        order = await order_for_money(shopper, product)
        both: list[Callable[[], Awaitable[object]]] = [
            lambda order=order: money_comes(order),  # type: ignore[misc]  # mypy: defaults of a lambda
            lambda order=order: paying.release(order.id),  # type: ignore[misc]  # as above
        ]
        results = await gather(both if number % 2 else both[::-1])
        released = results[1 if number % 2 else 0]
        await work()
        status = (await mall.redemption(shopper.id, order.id)).status
        left = (await points.summary(shopper.id)).balance
        outcomes[(released is True, status, *await payment_of(order), left, await stock_of(product))] += 1
    return outcomes


def expect_paid_or_given_up(outcomes: Counter[Outcome]) -> None:
    assert set(outcomes) <= {
        (False, mall.Status.RESERVED, "paid", 0, 0, 4),
        (True, mall.Status.CANCELLED, "late", MONEY_FEN, PRICE, 5),
    }


async def paid_and_cancelled_at_once(rounds: int) -> Counter[tuple[str, str, int, int]]:
    """For each order the money and her cancellation: (status, payment, fen sent back, points left)."""
    outcomes: Counter[tuple[str, str, int, int]] = Counter()
    for number in range(rounds):
        shopper = await make_shopper(PRICE)
        order = await order_for_money(shopper)
        both: list[Callable[[], Awaitable[object]]] = [
            lambda order=order: money_comes(order),  # type: ignore[misc]  # mypy: defaults of a lambda
            lambda order=order, shopper=shopper: mall.cancel(shopper.id, order.id),  # type: ignore[misc]  # as above
        ]
        await gather(both if number % 2 else both[::-1])
        await work()
        status = (await mall.redemption(shopper.id, order.id)).status
        outcomes[(status, *await payment_of(order), (await points.summary(shopper.id)).balance)] += 1
    return outcomes


def expect_money_back(outcomes: Counter[tuple[str, str, int, int]]) -> None:
    assert set(outcomes) <= {(mall.Status.CANCELLED, status, MONEY_FEN, PRICE) for status in ("paid", "late")}


async def one_received_many_times(requests: int) -> tuple[Counter[str], int, int]:
    """One return is received by several at once: (results by kind, stock, points)."""
    shopper, product, operator = await make_shopper(), await make_offer(delivery=True), await make_operator()
    orders_made = [await shipped(shopper, product) for _ in range(5)]
    returned = orders_made[2]
    await mall.request_return(shopper.id, returned.id, "不合适")
    results = await gather([lambda: mall.receive_return(operator, returned.id, restock=True)] * requests)
    return kinds(results), await stock_of(product), (await points.summary(shopper.id)).balance


def expect_one_return(outcome: tuple[Counter[str], int, int], requests: int) -> None:
    assert outcome == ({"StaffOrder": 1, "AlreadyReturned": requests - 1}, 6, 600)
