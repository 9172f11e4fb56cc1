"""Everybody at once for coupons, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from uuid import uuid4

from foundation import database
from membership import coupons
from membership.coupons import found, issuing
from tests.makers.coupons import apply_in_mall, basket, give, make_coupon, make_receipt, make_template
from tests.makers.purchases import make_buyer, make_shop

AT_ONCE = 12
"""Fewer than the pool has connections, so that nobody is turned away for want of one."""

WAIT = "pg_sleep(0.1) IS NOT NULL"
"""In a control, between looking and writing: others look meanwhile, on a slow machine and on a fast one."""

SEEN = f"WITH seen AS MATERIALIZED (SELECT * FROM coupon_template WHERE id = $1 AND {WAIT})"  # noqa: S608  # ours

UNLOCKED_STOCK = SEEN + (
    issuing.TAKE.replace("SET issued = issued + 1", "SET issued = seen.issued + 1 FROM seen")
    .replace("WHERE id", "WHERE coupon_template.id")
    .replace("active AND issued < stock", "seen.issued < seen.stock")
    .replace("ends_on", "seen.ends_on")
    .replace("claim", "seen.claim")
)
"""The same statement, checking and writing what was issued before the row was locked."""

ANY_ORDINAL = issuing.MAKE.replace("hers.held + 1", "hers.held + 1 + floor(random() * 30000)::int").replace(
    "ON CONFLICT", f"AND {WAIT} ON CONFLICT"
)
"""Making a coupon without saying which of hers it is: nothing stands in the way of one more."""

UNLOCKED_COUPONS = found.LOCK.replace("FOR UPDATE OF coupon", "").replace(
    "WHERE coupon.id", f"WHERE {WAIT} AND coupon.id"
)
"""Looking at the coupons without locking them."""


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


async def many_members_for_the_last(claims: int) -> tuple[Counter[str], int]:
    """(results by kind, coupons of the template)"""
    template = await make_template(stock=1)
    buyers = [await make_buyer() for _ in range(claims)]
    results = await gather([partial(coupons.claim, buyer.id, template) for buyer in buyers])
    made = await database.fetchval("SELECT count(*) FROM coupon WHERE template_id = $1", template)
    return kinds(results), made


def expect_the_last_once(outcome: tuple[Counter[str], int], claims: int) -> None:
    assert outcome == ({"Issued": 1, "CouponsGone": claims - 1}, 1)


async def one_member_for_many(claims: int) -> tuple[Counter[str], int]:
    """One member may have one, and claims many: (results by kind, coupons of hers)."""
    template, buyer = await make_template(stock=claims), await make_buyer()
    results = await gather([partial(coupons.claim, buyer.id, template)] * claims)
    made = await database.fetchval("SELECT count(*) FROM coupon WHERE issued_to_id = $1", buyer.id)
    return kinds(results), made


def expect_one_of_her_limit(outcome: tuple[Counter[str], int], claims: int) -> None:
    assert outcome == ({"Issued": 1, "CouponLimitReached": claims - 1}, 1)


async def one_gift_many_times(times: int) -> tuple[set[object], int]:
    """One key: (what was answered, coupons of hers)."""
    template, buyer, key = await make_template(per_member_limit=times), await make_buyer(), f"race:{uuid4()}"
    results = await gather([partial(give, template, buyer.id, key=key)] * times)
    made = await database.fetchval("SELECT count(*) FROM coupon WHERE issued_to_id = $1", buyer.id)
    return set(results), made


def expect_one_gift(outcome: tuple[set[object], int]) -> None:
    answers, made = outcome
    assert (len(answers), made) == (1, 1)


async def one_coupon_on_many(times: int) -> tuple[Counter[str], int]:
    """One coupon, at the same moment locked and used for receipts and used for orders of the mall, each of its own:
    (how many won and how many were refused, checkouts that have it)."""
    shop, buyer = await make_shop(), await make_buyer()
    coupon = await make_coupon(buyer.id, in_mall=True)

    def attempt(turn: int) -> Callable[[], Awaitable[object]]:
        if turn % 3 == 0:
            return partial(apply_in_mall, coupon.id, buyer.id, uuid4(), "X", 15_000)
        verb = coupons.lock if turn % 3 == 1 else coupons.use
        return partial(verb, make_receipt(shop), basket(coupon))

    results = await gather([attempt(turn) for turn in range(times)])
    refused = sum(isinstance(result, coupons.CouponHeld | coupons.CouponUsed) for result in results)
    won = sum(isinstance(result, coupons.Checkout | int) for result in results)
    held = await database.fetchval("SELECT count(*) FROM coupon_use WHERE coupon_id = $1", coupon.id)
    return Counter(won=won, refused=refused), held


def expect_one_has_it(outcome: tuple[Counter[str], int], times: int) -> None:
    assert outcome == ({"won": 1, "refused": times - 1}, 1)


async def one_receipt_many_times(times: int) -> tuple[Counter[str], int]:
    """One receipt sent many times, half of them locks and half uses: (answers by kind, checkouts)."""
    shop, coupon = await make_shop(), await make_coupon()
    receipt = make_receipt(shop)
    verbs = (coupons.lock, coupons.use)
    results = await gather([partial(verbs[turn % 2], receipt, basket(coupon)) for turn in range(times)])
    made = await database.fetchval("SELECT count(*) FROM coupon_checkout WHERE receipt = $1", receipt.receipt)
    return kinds(results), made


def expect_one_checkout(outcome: tuple[Counter[str], int], times: int) -> None:
    assert outcome == ({"Checkout": times}, 1)


async def use_and_release(times: int) -> Counter[tuple[str, str]]:
    """For each of many locks a use and a release at once: (status of the checkout after, that of the coupon)."""
    shop, outcomes = await make_shop(), Counter[tuple[str, str]]()
    for turn in range(times):
        buyer, receipt = await make_buyer(), make_receipt(shop)
        coupon = await make_coupon(buyer.id)
        locked = await coupons.lock(receipt, basket(coupon))
        both = [partial(coupons.use_lock, receipt, locked.id), partial(coupons.release, receipt, lock_id=locked.id)]
        await gather(both if turn % 2 else both[::-1])
        after = await database.fetchval("SELECT status FROM coupon_checkout WHERE id = $1", locked.id)
        outcomes[after, (await coupons.coupon(buyer.id, coupon.id)).status] += 1
    return outcomes


def expect_used_or_free(outcomes: Counter[tuple[str, str]]) -> None:
    assert set(outcomes) <= {("used", "used"), ("released", "available")}
