"""What is left of somebody who was erased: orders without her, a ledger, and silence."""

import pytest

from foundation import database
from foundation.transactions import transactional
from membership import mall, notifications, points, privacy
from membership.mall import queries
from membership.points.invariants import INVARIANTS
from membership.privacy import deletion_jobs
from tests.breakers import keeps
from tests.makers.mall import give_points
from tests.makers.orders import make_shopper, shipped
from tests.makers.privacy import ask, delete_now, make_due, row_of

pytestmark = pytest.mark.usefixtures("world")


async def test_an_order_stays_and_leads_to_nobody() -> None:
    shopper = await make_shopper()
    order = await shipped(shopper)
    with pytest.raises(privacy.OrderOpen):
        await ask(shopper.id)
    await mall.confirm(shopper.id, order.id)
    keyring = await database.fetchval("SELECT data_key FROM member WHERE id = $1", shopper.id)
    assert (await delete_now(shopper.id)).failed == 0
    row = await database.fetchrow(
        "SELECT member_id, points, status, tracking_number_sealed, address_sealed FROM redemption WHERE id = $1",
        order.id,
    )
    assert row is not None
    assert (row["member_id"], row["points"], row["status"]) == (shopper.id, order.points, "delivered")
    assert row["tracking_number_sealed"] is not None, "every parcel has a number; the key that opens it is gone"
    assert row["address_sealed"] is not None, "kept for its ninety days; as above"
    assert (await queries.one_for_staff(order.id)).tracking_number is None
    assert await database.fetchval("SELECT count(*) FROM member WHERE data_key = $1", keyring) == 0


@keeps(INVARIANTS)
async def test_points_that_come_late_are_forfeited_too() -> None:
    shopper = await make_shopper(100)
    await delete_now(shopper.id)
    await give_points(shopper.id, 70)
    assert await deletion_jobs.forfeit_late() >= 70
    assert (await points.summary(shopper.id)).balance == 0
    assert await deletion_jobs.forfeit_late() == 0


async def test_nobody_tells_her_anything_any_more() -> None:
    shopper = await make_shopper()
    await delete_now(shopper.id)

    @transactional
    async def tell() -> bool:
        return await notifications.notify(shopper.id, "test", str(shopper.id), "标题", "内容")

    assert not await tell()


async def test_put_off_is_not_for_ever() -> None:
    """A request that waits for an order is due again tomorrow, and she can still change her mind."""
    shopper = await make_shopper()
    deletion_id = await ask(shopper.id)
    await make_due(deletion_id)
    await shipped(shopper)
    await deletion_jobs.delete_due()
    row = await database.fetchrow(
        "SELECT due_at > now() + interval '23 hours' AS tomorrow, begun_at FROM member_deletion WHERE id = $1",
        deletion_id,
    )
    assert tuple(row or ()) == (True, None)
    assert (await row_of(shopper.id))["status"] == "active"
