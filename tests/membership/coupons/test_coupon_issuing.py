"""How coupons come to be: claimed and given, never more than there are, never more than one member may have."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from foundation import clock, database
from foundation.pages import PageQuery
from membership import coupons
from membership.coupons import issuing
from membership.coupons.invariants import INVARIANTS
from tests.breakers import keeps
from tests.makers.coupons import give, let_expire, make_coupon, make_template, move_all, operator
from tests.makers.purchases import make_buyer
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")

TOMORROW = timedelta(days=1)


async def issued_of(template_id: Any) -> int:
    return int(await database.fetchval("SELECT issued FROM coupon_template WHERE id = $1", template_id))


async def test_she_claims_one_and_sees_it() -> None:
    buyer, template = await make_buyer(), await make_template()
    issued = await coupons.claim(buyer.id, template)
    hers = await coupons.coupon(buyer.id, issued.id)
    assert (hers.status, hers.template_id, hers.promise.amount_fen) == (coupons.Status.AVAILABLE, template, 2_000)
    assert len(hers.code) == 14
    assert (await coupons.coupons(buyer.id, None, PageQuery())).items == [hers]
    assert await issued_of(template) == 1


async def test_a_claim_locks_the_template_last_and_takes_four_statements() -> None:
    """The row that everybody wants is held for one statement and the commit."""
    buyer, template = await make_buyer(), await make_template()
    await coupons.claim((await make_buyer()).id, template)  # warm
    with statements() as seen:
        await coupons.claim(buyer.id, template)
    assert [statement.split()[0] for statement in seen] == ["BEGIN;", "SELECT", "INSERT", "UPDATE", "COMMIT;"]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"stock": 0}, coupons.CouponsGone),
        ({"claimable": False}, coupons.CouponNotOffered),
        ({"claim_from": clock.now() + TOMORROW}, coupons.CouponNotOffered),
        ({"claim_until": clock.now() - timedelta(minutes=1)}, coupons.CouponNotOffered),
        (
            {
                "after_days": None,
                "lasts_days": None,
                "starts_on": clock.today() - 9 * TOMORROW,
                "ends_on": clock.today() - TOMORROW,
            },
            coupons.CouponNotOffered,
        ),
    ],
)
async def test_what_is_not_to_be_had_is_refused_and_leaves_nothing(
    changes: dict[str, Any], refusal: type[Exception]
) -> None:
    buyer, template = await make_buyer(), await make_template(**changes)
    with pytest.raises(refusal):
        await coupons.claim(buyer.id, template)
    assert await issued_of(template) == 0
    assert (await coupons.coupons(buyer.id, None, PageQuery())).items == []


async def test_unknown_and_stopped_templates() -> None:
    buyer, template = await make_buyer(), await make_template()
    with pytest.raises(coupons.CouponTemplateNotFound):
        await coupons.claim(buyer.id, uuid4())
    await coupons.change_template(await operator(), template, coupons.Changes(active=False))
    with pytest.raises(coupons.CouponNotOffered):
        await coupons.claim(buyer.id, template)
    with pytest.raises(coupons.CouponNotOffered):
        await give(template, buyer.id, key=f"k:{uuid4()}")


async def test_no_more_than_her_share() -> None:
    buyer, template = await make_buyer(), await make_template(per_member_limit=2)
    await coupons.claim(buyer.id, template)
    await give(template, buyer.id, key=f"k:{uuid4()}")  # what she is given counts
    for attempt in (coupons.claim(buyer.id, template), give(template, buyer.id, key=f"k:{uuid4()}")):
        with pytest.raises(coupons.CouponLimitReached):
            await attempt
    assert await issued_of(template) == 2


async def test_given_once_for_every_key_whatever_has_happened_since() -> None:
    buyer, template, key = await make_buyer(), await make_template(stock=1, claimable=False), f"mall_order:{uuid4()}"
    first = await give(template, buyer.id, key=key)
    assert await give(template, buyer.id, key=key) == first
    await coupons.change_template(await operator(), template, coupons.Changes(active=False))
    assert await give(template, buyer.id, key=key) == first
    assert await issued_of(template) == 1


def shanghai_midnight(day: date) -> datetime:
    return clock.start_of_day(day)


async def test_a_fixed_validity_is_whole_business_days() -> None:
    first, last = clock.today() + 2 * TOMORROW, clock.today() + 4 * TOMORROW
    hers = await make_coupon(after_days=None, lasts_days=None, starts_on=first, ends_on=last)
    assert (hers.valid_from, hers.valid_until) == (shanghai_midnight(first), shanghai_midnight(last + TOMORROW))
    assert hers.status is coupons.Status.WAITING


async def test_a_relative_validity_begins_with_the_claim_or_some_days_after() -> None:
    today = await make_coupon(after_days=0, lasts_days=1)
    assert today.valid_from == today.created_at
    assert today.valid_until == shanghai_midnight(clock.business_day(today.created_at) + TOMORROW)
    later = await make_coupon(after_days=3, lasts_days=2)
    day = clock.business_day(later.created_at)
    assert later.valid_from == shanghai_midnight(day + 3 * TOMORROW)
    assert later.valid_until == shanghai_midnight(day + 5 * TOMORROW)


async def test_it_expires_by_the_clock() -> None:
    buyer = await make_buyer()
    hers = await make_coupon(buyer.id)
    await let_expire(hers.id)
    assert (await coupons.coupon(buyer.id, hers.id)).status is coupons.Status.EXPIRED
    assert (await coupons.coupons(buyer.id, coupons.Status.AVAILABLE, PageQuery())).items == []
    assert [each.id for each in (await coupons.coupons(buyer.id, coupons.Status.EXPIRED, PageQuery())).items] == [
        hers.id
    ]


async def test_a_code_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, buyer = await make_coupon(), await make_buyer()
    codes = [taken.code, taken.code, "20000000000002"]
    monkeypatch.setattr(issuing, "new_code", lambda: codes.pop(0))
    issued = await coupons.claim(buyer.id, await make_template())
    assert (await coupons.coupon(buyer.id, issued.id)).code == "20000000000002"


async def test_a_strangers_coupon_is_not_there() -> None:
    hers, stranger = await make_coupon(), await make_buyer()
    with pytest.raises(coupons.CouponNotFound):
        await coupons.coupon(stranger.id, hers.id)


@keeps(INVARIANTS)
async def test_two_members_become_one_and_keep_what_they_have() -> None:
    gone, stays = await make_buyer(), await make_buyer()
    template, other = await make_template(per_member_limit=2), await make_template()
    for member_id in (gone.id, gone.id, stays.id):
        await coupons.claim(member_id, template)
    await coupons.claim(gone.id, other)
    assert await move_all(gone.id, stays.id) == 3
    assert await move_all(gone.id, stays.id) == 0
    assert len((await coupons.coupons(stays.id, None, PageQuery())).items) == 4
    with pytest.raises(coupons.CouponLimitReached):
        await coupons.claim(stays.id, template)


async def test_what_is_on_offer_says_whether_she_can_have_it() -> None:
    buyer = await make_buyer()
    free, gone, had = await make_template(), await make_template(stock=0), await make_template()
    hidden = await make_template(claimable=False)
    await coupons.claim(buyer.id, had)
    seen = {offer.id: offer for offer in (await coupons.offers(buyer.id, PageQuery(limit=100))).items}
    assert seen[free].obstacle is None
    assert seen[gone].obstacle is coupons.Obstacle.GONE
    assert (seen[had].obstacle, seen[had].held, seen[had].left) == (coupons.Obstacle.LIMIT_REACHED, 1, 99)
    assert hidden not in seen


async def test_offers_by_page() -> None:
    buyer = await make_buyer()
    made = {await make_template() for _ in range(3)}
    seen, cursor = set(), None
    while True:
        page = await coupons.offers(buyer.id, PageQuery(limit=2, cursor=cursor))
        seen |= {offer.id for offer in page.items}
        cursor = page.next_cursor
        if cursor is None:
            break
    assert made <= seen
