"""A member whom only a till knew turns out to be one who came by WeChat: her coupons are in her app."""

import pytest

from foundation.pages import PageQuery
from membership import coupons, enrolment
from membership.coupons.invariants import INVARIANTS
from tests.breakers import keeps
from tests.makers.coupons import make_coupon, make_template
from tests.makers.members import agree_to_privacy, make_member, make_store_member
from tests.makers.phones import new_phone
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")


@keeps(INVARIANTS)
async def test_what_the_till_gave_her_is_hers_and_counts_for_her_limit() -> None:
    phone, template = new_phone(), await make_template()
    known_by_till = await make_store_member((await make_store()).id, phone)
    given = await make_coupon(known_by_till)
    await coupons.claim(known_by_till, template)
    member = await make_member()
    await coupons.claim(member.id, template)
    await agree_to_privacy(member.id)
    await enrolment.take_phone(member.id, member.caller.session, phone)
    hers = (await coupons.coupons(member.id, None, PageQuery())).items
    assert [coupon.template_id for coupon in hers].count(template) == 2
    assert given.id in {coupon.id for coupon in hers}
    with pytest.raises(coupons.CouponLimitReached):
        await coupons.claim(known_by_till, template)  # who she was leads to who she is
