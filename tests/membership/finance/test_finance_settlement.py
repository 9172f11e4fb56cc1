"""Who pays whom: gifts of a store's own stock, points it issued, coupons it took; at the price of the month."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

import pytest

from foundation import audit, clock, database
from foundation.transactions import transactional
from membership import catalogue, coupons, finance, mall, points
from membership.finance.terms import terms_in, value_fen
from membership.points import Kind, Source
from membership.staff import Role
from membership.stores import StoreView
from tests.makers.finance import make_book, undone
from tests.makers.mall import make_saver
from tests.makers.staff import make_staff
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")

PRICE, PERCENT = 1500, 40


@transactional
async def post(member_id: UUID, amount: int, store_id: UUID) -> None:
    source = Source(store_id=store_id)
    if amount > 0:
        await points.grant(member_id, amount, kind=Kind.PURCHASE, key=uuid4().hex, expires_on=None, source=source)
    else:
        await points.take_back(
            member_id,
            -amount,
            kind=Kind.PURCHASE_RETURN,
            key=uuid4().hex,
            granted_kind=Kind.PURCHASE,
            granted_key_prefix=None,
            source=source,
        )


async def agree_on_terms(valid_from: date | None = None) -> UUID:
    by = (await make_staff(Role.ADMINISTRATOR)).id
    await finance.set_terms(
        by, valid_from or finance.this_month(), point_price_milli_fen=PRICE, store_issue_percent=PERCENT
    )
    return by


async def hand_over(store: StoreView, *, own_stock: bool, pieces: int = 1) -> None:
    """A gift for 100 points a piece is picked up."""
    name = f"测试商品{uuid4().hex[:8]}"
    product = await catalogue.make_product(name, "测试用", points=100, stock=10, stock_per_store=own_stock)
    if own_stock:
        await catalogue.restock(product, 10, store_id=store.id)
    order = await mall.redeem(await make_saver(100 * pieces), product, pieces, store.code)
    clerk = await make_staff(Role.CLERK, store_id=store.id)
    await mall.hand_over(clerk.id, store.id, order.id)


async def settled(store: StoreView) -> finance.StoreSettlement | None:
    month = await finance.settlement(finance.this_month())
    return next((each for each in month.stores if each.store_code == store.code), None)


def take_coupons(monkeypatch: pytest.MonkeyPatch, store: StoreView) -> None:
    used = coupons.Funding(
        store_id=store.id,
        store_code=store.code,
        template_id=uuid4(),
        title="满减券",
        uses=2,
        returns=0,
        discount_fen=4_000,
        store_fen=1_000,
        brand_fen=3_000,
    )

    async def funding(month: date) -> Sequence[coupons.Funding]:
        assert month == finance.this_month()
        return [used]

    monkeypatch.setattr(coupons, "funding", funding)


async def test_what_a_store_handed_over_issued_and_took(monkeypatch: pytest.MonkeyPatch) -> None:
    await agree_on_terms()
    store = await make_store()
    take_coupons(monkeypatch, store)
    await hand_over(store, own_stock=True, pieces=2)
    await hand_over(store, own_stock=False)
    saver = await make_saver(0)
    await post(saver, 1_000, store.id)
    await post(saver, -101, store.id)
    assert await settled(store) == finance.StoreSettlement(
        store_code=store.code,
        store_name=store.name,
        central_orders=1,
        own_orders=1,
        own_points=200,
        own_value_fen=300,
        own_money_fen=0,
        issued_points=899,
        issued_value_fen=539,
        coupons_brand_fen=3_000,
        coupons_store_fen=1_000,
        net_fen=300 + 3_000 - 539,
    )


async def test_what_was_not_picked_up_is_nobodys_expense() -> None:
    await agree_on_terms()
    store = await make_store()
    product = await catalogue.make_product(f"测试商品{uuid4().hex[:8]}", "测试用", points=100, stock_per_store=True)
    await catalogue.restock(product, 1, store_id=store.id)
    await mall.redeem(await make_saver(100), product, 1, store.code)
    assert await settled(store) is None


async def test_a_month_at_the_price_that_held_in_it() -> None:
    await agree_on_terms()
    newer = clock.add_months(finance.this_month(), 1)
    by = await agree_on_terms(newer)
    await finance.set_terms(by, newer, point_price_milli_fen=7, store_issue_percent=0)
    now, then = await terms_in(finance.this_month()), await terms_in(newer)
    assert now is not None
    assert then is not None
    assert (now.point_price_milli_fen, then.point_price_milli_fen) == (PRICE, 7)
    assert await terms_in(date(2001, 1, 1)) is None
    assert (await finance.terms())[0].valid_from >= newer


async def test_without_a_price_nothing_is_settled() -> None:
    with pytest.raises(finance.NoTerms):
        await finance.settlement(date(2001, 1, 1))
    with pytest.raises(finance.MonthsOutOfRange):
        await finance.settlement(clock.add_months(finance.this_month(), 1))


async def test_who_set_the_price_is_audited() -> None:
    by = await agree_on_terms()
    page = await audit.entries(audit.AuditQuery(subject="finance_terms"))
    entry = next(entry for entry in page.items if entry.actor_id == by)
    assert (entry.action, entry.after is not None and entry.after["store_issue_percent"]) == ("finance.terms_set", 40)


async def test_the_price_of_a_closed_month_stays() -> None:
    book, by = await make_book(), (await make_staff(Role.ADMINISTRATOR)).id

    async def work() -> None:
        await database.execute("INSERT INTO finance_close (month, net) VALUES ('2020-04-01', 0)")
        with pytest.raises(finance.MonthClosed):
            await finance.set_terms.__wrapped__(by, date(2020, 4, 1), point_price_milli_fen=1, store_issue_percent=1)  # type: ignore[attr-defined]  # the verb without its transaction
        made = await finance.set_terms.__wrapped__(by, date(2020, 5, 1), point_price_milli_fen=1, store_issue_percent=1)  # type: ignore[attr-defined]  # as above
        assert made.valid_from == date(2020, 5, 1)
        assert book.balance == 0

    await undone(work)


@pytest.mark.parametrize(
    ("amount", "percent", "value"), [(1, 100, 1), (1, 40, 0), (-1, 100, -1), (-3, 40, -1), (3, 40, 1), (0, 100, 0)]
)
def test_values_are_rounded_towards_nothing(amount: int, percent: int, value: int) -> None:
    assert value_fen(amount, PRICE, percent) == value
