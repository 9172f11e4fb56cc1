"""Makers: formula products, and cans that were bought and brought back."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from foundation import clock
from membership import members, milk, purchases
from tests.makers.babies import make_child
from tests.makers.purchases import Shop, line, make_return, make_sale, receipt_number

NOON = time(12, 0)


async def make_formula(**terms: Any) -> milk.FormulaProduct:
    """A can of 800 g of stage 2, 4.4 g per 30 ml, for all ages unless said otherwise: 5,454 ml."""
    content: dict[str, Any] = {
        "name": "测试配方奶粉",
        "stage": 2,
        "label_from_months": 0,
        "label_until_months": None,
        "net_g": 800,
        "scoop_mg": 4400,
        "scoop_ml": 30,
        "listed": True,
    }
    return await milk.make_product(None, f"F-{uuid4().hex[:12]}", **content | terms)


async def make_drinker(mother_id: UUID, sku: str, days_old: int = 100, nickname: str = "小满", **details: Any) -> UUID:
    """A child of hers who drinks this formula alone, unless said otherwise."""
    birth = clock.today() - timedelta(days=days_old)
    return await make_child(mother_id, birth, nickname, **{"feeding": "formula", "formula_sku": sku} | details)


async def buy(
    shop: Shop, buyer_id: UUID, sku: str, *, days_ago: int = 0, pieces: int = 1, amount_fen: int = 30_000
) -> str:
    """Sold to a member by her card's number, at noon so many days ago; the receipt's number."""
    number = receipt_number()
    member = await members.get(buyer_id)
    assert member is not None
    await purchases.accept_sale(
        shop.partner_id,
        make_sale(
            shop,
            receipt=number,
            card=member.number,
            occurred_at=noon(days_ago),
            lines=[line(amount_fen, sku, pieces), line(500, "nappies", 2)],
        ),
    )
    return number


async def bring_back(shop: Shop, receipt: str, sku: str, pieces: int = 1, amount_fen: int = 30_000) -> None:
    """So many pieces of a sale, right now."""
    await purchases.accept_return(shop.partner_id, make_return(shop, receipt, lines=[line(amount_fen, sku, pieces)]))


def noon(days_ago: int) -> datetime:
    """Of a Shanghai day; of today, a minute ago."""
    if not days_ago:
        return clock.now() - timedelta(minutes=1)
    return datetime.combine(clock.today() - timedelta(days=days_ago), NOON, clock.SHANGHAI)
