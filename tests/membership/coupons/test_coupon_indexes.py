"""No statement of the till, the app or the clock reads a whole table: each has an index to go by."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from foundation import database
from foundation.transactions import transactional
from membership.coupons import at_till, checkouts, found, in_mall, issuing, jobs, queries
from membership.coupons.funding import FUNDING

pytestmark = pytest.mark.usefixtures("world")

ID = uuid4()
NOW = datetime.now(UTC)
LAST_ID = queries.LAST_ID

STATEMENTS: dict[str, tuple[str, tuple[object, ...]]] = {
    "locking coupons": (found.LOCK, ([ID], None)),
    "one by its code": (f"{found.COLUMNS} WHERE coupon.code = $1", ("20000000000002", ID)),
    "hers that can be used": (
        f"{found.COLUMNS} WHERE coupon.member_id = $1 AND coupon.used_at IS NULL AND coupon.valid_until > now()",
        (ID, None),
    ),
    "all of hers": (
        f"{queries.COUPON} WHERE coupon.member_id = $1 AND coupon.id < $2 ORDER BY coupon.id DESC LIMIT 21",
        (ID, LAST_ID),
    ),
    "what is on offer": (queries.OFFERS, (ID, NOW, LAST_ID, 21)),
    "a receipt's checkout": (at_till.LIVE, (ID, ID, "R")),
    "a receipt's latest checkout": (at_till.LATEST, (ID, ID, "R")),
    "an order's checkout": (in_mall.LIVE, (ID,)),
    "what a checkout holds": (checkouts.LOCK_HELD, (ID,)),
    "showing a checkout": (checkouts.SHOW, (ID,)),
    "making one": (issuing.MAKE, (ID, ID, ID, "20000000000002", "key")),
    "given before": ("SELECT id FROM coupon WHERE key = $1", ("key",)),
    "accepting a gift": ("SELECT id FROM coupon WHERE gift_code = $1 FOR UPDATE", ("code",)),
    "what expires": (jobs.EXPIRING, (500,)),
    "who pays": (FUNDING, (NOW, NOW)),
}
LARGE = ("coupon", "coupon_checkout", "coupon_use")


@pytest.mark.parametrize("name", STATEMENTS)
async def test_it_goes_by_an_index(name: str) -> None:
    statement, arguments = STATEMENTS[name]

    @transactional
    async def plan() -> str:
        await database.execute("SET LOCAL enable_seqscan = off")  # a small table would be read whole otherwise
        return "\n".join(row[0] for row in await database.fetch(f"EXPLAIN {statement}", *arguments))

    lines = await plan()
    assert not [table for table in LARGE if f"Seq Scan on {table} " in lines], lines
