"""What joining has to do with earning: a fuller profile pays once, and what was earned follows a merge."""

from datetime import date
from uuid import UUID

import pytest

from foundation import database
from foundation.settings import Settings
from membership import earning, enrolment, members, points, purchases, referrals, sign_ins, surveys
from tests.makers.earning import end_planted, in_force
from tests.makers.members import agree_to_privacy, make_known_member, make_member
from tests.makers.phones import new_phone
from tests.makers.purchases import make_sale, make_shop, settle_all
from tests.makers.referrals import Programme, code_of
from tests.makers.surveys import make_survey

pytestmark = pytest.mark.usefixtures("world")


async def balance(member_id: UUID) -> int:
    return (await points.summary(member_id)).balance


async def test_a_fuller_profile_pays_once_however_it_was_filled(world: Settings) -> None:
    one, other = await make_known_member(), await make_known_member()
    before = await balance(one.id)
    await end_planted(earning.Survey)
    async with in_force(earning.ProfileCompletion, {"points": 15, "fields": ["city", "birthday"]}):
        await enrolment.change_profile(one.id, members.ProfileChanges(city="上海"))
        assert await balance(one.id) == before
        for city in ("上海", "杭州"):
            await enrolment.change_profile(one.id, members.ProfileChanges(city=city, birthday=date(1994, 5, 6)))
        assert await balance(one.id) == before + 15
        await enrolment.change_profile(other.id, members.ProfileChanges(birthday=date(1994, 5, 6)))
        survey = await make_survey([surveys.TextQuestion(code="where", text="城市", fills="city")])
        assert (await surveys.respond(other.id, survey.id, {"where": "苏州"})).filled == ["city"]
        assert await balance(other.id) == before + 15


async def test_everything_earned_follows_a_merge() -> None:
    shop, phone, referrer = await make_shop(), new_phone(), await make_member()
    at_till = (await enrolment.register_at_store(phone, shop.store.id, shop.partner_id)).member
    her = await make_member()
    await agree_to_privacy(her.id)
    async with in_force(earning.Purchase, {"numerator": 2}, stores=[shop.store.id], total_cap=150), Programme():
        await referrals.enter(her.id, await code_of(referrer))
        await purchases.accept_sale(shop.partner_id, make_sale(shop, card=at_till.number))
        await settle_all()
        await sign_ins.sign_in(her.id)
        verified = await enrolment.take_phone(her.id, her.caller.session, phone)
        assert verified.merged
        moved = await database.fetchval("SELECT moved::text FROM member_merge WHERE into_member_id = $1", her.id)
        assert '"awards":1' in moved.replace(" ", "")
        before = await balance(her.id)
        await purchases.accept_sale(shop.partner_id, make_sale(shop, card=her.number))
        await settle_all()
    # 100 by the rate, and of the second hundred what the cap had left: she used 100 of it as the till's member.
    assert await balance(her.id) == before + 100 + 50
