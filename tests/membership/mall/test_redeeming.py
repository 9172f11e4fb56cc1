"""Redeeming: stock and points move together or not at all, in as few round trips as that takes."""

from uuid import UUID, uuid4

import pytest

from foundation import database, idempotency
from foundation.idempotency import Claim, IdempotencyKey, IdempotencyKeyReused
from membership import catalogue, mall, points, stores
from membership.mall import redeeming
from tests.makers.catalogue import make_product
from tests.makers.mall import make_saver
from tests.makers.stores import make_store
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")


async def stock_of(product_id: UUID) -> int:
    return int(await database.fetchval("SELECT stock FROM product WHERE id = $1", product_id))


async def balance_of(member_id: UUID) -> int:
    return (await points.summary(member_id)).balance


async def test_a_gift_costs_its_points_and_leaves_the_shelf() -> None:
    product, store, member = await make_product(points=100, stock=5), await make_store(), await make_saver(1_000)
    redemption = await mall.redeem(member, product, 3, store.code)
    assert redemption.status is mall.Status.RESERVED
    assert redemption.points == 300
    assert (redemption.store_code, redemption.store_name) == (store.code, store.name)
    assert len(redemption.pickup_code) == 8
    assert redemption.pickup_code.isdigit()
    assert await mall.redemption(member, redemption.id) == redemption
    assert (await stock_of(product), await balance_of(member)) == (2, 700)


@pytest.mark.parametrize(
    ("refusal", "price", "stock", "quantity"),
    [
        (points.NotEnoughPoints, 501, 9, 2),
        (catalogue.SoldOut, 1, 1, 2),
        (catalogue.QuantityOutOfRange, 1, 200, 0),
        (catalogue.QuantityOutOfRange, 1, 200, 100),
        (catalogue.QuantityOutOfRange, 1, 200, -1),
    ],
)
async def test_what_is_refused_moves_nothing(refusal: type[Exception], price: int, stock: int, quantity: int) -> None:
    product, store = await make_product(points=price, stock=stock), await make_store()
    member = await make_saver(1_000)
    with pytest.raises(refusal):
        await mall.redeem(member, product, quantity, store.code)
    assert (await stock_of(product), await balance_of(member)) == (stock, 1_000)
    assert await database.fetchval("SELECT count(*) FROM redemption WHERE member_id = $1", member) == 0


async def test_unknown_and_withdrawn_gifts_and_stores_are_named() -> None:
    product, store, member = await make_product(), await make_store(), await make_saver(1_000)
    with pytest.raises(catalogue.ProductNotFound):
        await mall.redeem(member, uuid4(), 1, store.code)
    with pytest.raises(stores.StoreNotFound):
        await mall.redeem(member, product, 1, "NOSUCHSTORE")
    await catalogue.set_on_sale(product, False)
    with pytest.raises(catalogue.ProductNotFound):
        await mall.redeem(member, product, 1, store.code)
    await catalogue.set_on_sale(product, True)
    await stores.set_store_open(store.code, False)
    with pytest.raises(stores.StoreClosed):
        await mall.redeem(member, product, 1, store.code)
    assert (await stock_of(product), await balance_of(member)) == (10, 1_000)


async def test_a_pickup_code_that_is_waiting_already_does_not_fail_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    product, store, member = await make_product(points=10, stock=9), await make_store(), await make_saver(1_000)
    first = await mall.redeem(member, product, 1, store.code)
    codes = iter([first.pickup_code, first.pickup_code, "00000042"])
    monkeypatch.setattr(redeeming, "new_pickup_code", lambda: next(codes))
    second = await mall.redeem(member, product, 1, store.code)
    assert second.pickup_code == "00000042"
    assert await mall.redemption(member, second.id) == second
    assert (await stock_of(product), await balance_of(member)) == (7, 980)
    # In another store, and once the first is gone, the same code serves again.
    elsewhere = await make_store()
    monkeypatch.setattr(redeeming, "new_pickup_code", lambda: first.pickup_code)
    assert (await mall.redeem(member, product, 1, elsewhere.code)).pickup_code == first.pickup_code
    await mall.cancel(member, first.id)
    assert (await mall.redeem(member, product, 1, store.code)).pickup_code == first.pickup_code


async def test_pickup_codes_are_eight_digits_and_hardly_repeat() -> None:
    codes = {redeeming.new_pickup_code() for _ in range(1_000)}
    assert len(codes) > 990
    assert {len(code) for code in codes} == {8}


async def test_a_redemption_is_eight_round_trips() -> None:
    """BEGIN; stock; whose account; redemption; its lock; the spending; the key; COMMIT. (The store is remembered.)"""
    product, store, member = await make_product(), await make_store(), await make_saver(1_000)
    await stores.find(store.code)
    with statements() as seen, idempotency.claiming(Claim(member, IdempotencyKey("k"), b"f")):
        await mall.redeem(member, product, 1, store.code)
    assert len(seen) == 8, seen
    assert seen[0].startswith("BEGIN")
    assert "product" in seen[1]
    assert "idempotency_key" in seen[6]
    assert seen[7].startswith("COMMIT")


async def test_the_same_key_gives_the_first_answer_even_when_the_points_are_gone() -> None:
    product, store, member = await make_product(points=100, stock=1), await make_store(), await make_saver(100)
    claim = Claim(member, IdempotencyKey("once"), b"the request")
    with idempotency.claiming(claim):
        first = await mall.redeem(member, product, 1, store.code)
    with idempotency.claiming(claim):
        assert await mall.redeem(member, product, 1, store.code) == first
    with (
        idempotency.claiming(Claim(member, IdempotencyKey("once"), b"another request")),
        pytest.raises(IdempotencyKeyReused),
    ):
        await mall.redeem(member, product, 1, store.code)
    assert (await stock_of(product), await balance_of(member)) == (0, 0)


async def test_what_is_written_is_what_was_asked_for() -> None:
    product, store, member = await make_product(points=7, stock=3), await make_store(), await make_saver(100)
    redemption = await mall.redeem(member, product, 2, store.code)
    row = await database.fetchrow("SELECT * FROM redemption WHERE id = $1", redemption.id)
    assert row is not None
    assert (row["member_id"], row["product_id"], row["store_id"]) == (member, product, store.id)
    assert (row["quantity"], row["points"], row["status"]) == (2, 14, "reserved")
    assert (row["pickup_code"], row["created_at"]) == (redemption.pickup_code, redemption.created_at)
    assert (row["handed_over_at"], row["handed_over_by_id"], row["cancelled_at"]) == (None, None, None)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("status = 'lost'", "redemption_status"),
        ("quantity = 0", "redemption_quantity"),
        ("points = 0", "redemption_points_positive"),
        ("pickup_code = '1234567a'", "redemption_pickup_code_shape"),
        ("status = 'handed_over'", "redemption_handed_over_by_someone"),
        ("status = 'cancelled'", "redemption_cancelled_at_some_time"),
    ],
)
async def test_the_database_refuses_impossible_redemptions(change: str, constraint: str) -> None:
    product, store, member = await make_product(), await make_store(), await make_saver(1_000)
    redemption = await mall.redeem(member, product, 1, store.code)
    with pytest.raises(Exception, match=constraint):
        await database.execute(f"UPDATE redemption SET {change} WHERE id = $1", redemption.id)  # noqa: S608  # ours


async def test_the_database_refuses_to_sell_what_is_not_there() -> None:
    product = await make_product(stock=1)
    with pytest.raises(Exception, match="product_stock_not_negative"):
        await database.execute("UPDATE product SET stock = -1 WHERE id = $1", product)
    with pytest.raises(Exception, match="product_stock_not_negative"):
        await database.execute("UPDATE product SET stock = 2 WHERE id = $1", product)
    with pytest.raises(Exception, match="product_points_positive"):
        await database.execute("UPDATE product SET points = 0 WHERE id = $1", product)
