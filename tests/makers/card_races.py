"""Everybody at once at the tills, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from membership import cards, points, purchases
from membership.purchases.actions import STORE_RETURN
from tests.makers.purchases import line, make_buyer, make_return, make_sale, make_shop, settle_all

AT_ONCE = 48
"""Three times the connections of the pool: more would only wait for a connection, and be told so after a second."""

LOOK_FIRST = """
INSERT INTO card_code_use (id, member_id, store_id, terminal)
SELECT $1::bigint + floor(random() * 1000000)::bigint, $2, $3, $4
 WHERE NOT EXISTS (SELECT FROM card_code_use WHERE id BETWEEN $1::bigint AND $1::bigint + 1000000)
"""
"""Using a code as one would without the primary key: look whether it was used, then write that it is."""

EVERY_RETURN_IS_NEW = STORE_RETURN.replace(
    "'return', $6, $7", "'return', $6 || '-' || substr(md5(random()::text), 1, 12), $7"
)
"""Storing a return without recognizing the one that was sent before."""


async def at_once(work: Sequence[Callable[[], Awaitable[Any]]]) -> Counter[str]:
    """How many of each type of result or exception."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(each: Callable[[], Awaitable[Any]]) -> Any:
        async with turn:
            return await each()

    results = await asyncio.gather(*(one(each) for each in work), return_exceptions=True)
    return Counter(type(result).__name__ for result in results)


async def many_scans_of_one_code(times: int) -> Counter[str]:
    """One code, shown to many tills in the same moment, as token and as digits."""
    buyer, shop = await make_buyer(), await make_shop()
    [code] = await cards.issue_codes(buyer.id, 1)
    forms = (code.qr, str(code.barcode))
    return await at_once([partial(cards.scan, forms[at % 2], shop.store.id, f"POS-{at}") for at in range(times)])


def expect_one_scan(results: Counter[str], times: int) -> None:
    assert results == {"ScannedCard": 1, "CardCodeUsed": times - 1}


async def double_returns(times: int, receipts: int = 25) -> tuple[Counter[str], int]:
    """`times` returns of half of what was sold, each sent twice in the same moment; what points are left."""
    buyer, shop = await make_buyer(), await make_shop()
    each = times // receipts
    sales = [make_sale(shop, card=buyer.number, lines=[line(100 * each)]) for _ in range(receipts)]
    for sale in sales:
        await purchases.accept_sale(shop.partner_id, sale)
    returns = [make_return(shop, sale.receipt, lines=[line(50)]) for _ in range(each) for sale in sales]
    work = [partial(purchases.accept_return, shop.partner_id, returned) for returned in returns for _twice in range(2)]
    results = await at_once(work)
    await settle_all()
    return results, (await points.summary(buyer.id)).balance


def expect_each_once(outcome: tuple[Counter[str], int], times: int) -> None:
    assert outcome == ({"Accepted": 2 * times}, times // 2)
