"""Referrals: who may enter a code, when both are rewarded, and when nobody is."""

import pytest

from foundation import database
from foundation.invariants import Invariant
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import earning, members, points, purchases, referrals
from membership.referrals import jobs
from membership.referrals.invariants import INVARIANTS
from tests.breakers import breakers, broken_by
from tests.makers.earning import STAFF, days_ago, draft, end_planted
from tests.makers.members import MadeMember, make_known_member, make_member
from tests.makers.purchases import line, make_return, make_shop, settle_all
from tests.makers.referrals import FRIEND, REFERRER, Programme, brought, buys, code_of, referral_of, status_of

move_all = transactional(referrals.move_all)


@pytest.fixture
async def referrer(world: Settings) -> MadeMember:
    return await make_member()


async def balance(member: MadeMember) -> int:
    return (await points.summary(member.id)).balance


# Entering


async def test_a_code_is_a_member_s_own_and_stays(referrer: MadeMember) -> None:
    code, other = await code_of(referrer), await code_of(await make_member())
    assert code != other
    assert await code_of(referrer) == code


async def test_entering_the_same_code_again_changes_nothing_and_another_is_refused(referrer: MadeMember) -> None:
    async with Programme():
        friend = await brought(referrer)
        await referrals.enter(friend.id, await code_of(referrer))
        with pytest.raises(referrals.AlreadyReferred):
            await referrals.enter(friend.id, await code_of(await make_member()))
        seen, hers = await referrals.view(referrer.id), await referrals.view(friend.id)
    assert (seen.waiting, seen.rewarded, seen.points) == (1, 0, 0)
    assert (seen.referrer_reward, seen.friend_reward) == (REFERRER, FRIEND)
    assert (seen.entered, seen.enter_until) == (False, days_ago(-30))
    assert (hers.entered, hers.enter_until) == (True, None)


async def test_not_herself_not_who_she_brought_and_not_a_circle(referrer: MadeMember) -> None:
    async with Programme():
        with pytest.raises(referrals.OwnReferralCode):
            await referrals.enter(referrer.id, await code_of(referrer))
        friend = await brought(referrer)
        third = await brought(friend)
        for below in (friend, third):
            with pytest.raises(referrals.ReferralLoop):
                await referrals.enter(referrer.id, await code_of(below))


async def test_nobody_has_this_code(referrer: MadeMember) -> None:
    async with Programme():
        friend = await make_member()
        with pytest.raises(referrals.ReferralCodeUnknown):
            await referrals.enter(friend.id, "22222222")
        await members.ban(referrer.id, "test", by=STAFF)
        with pytest.raises(referrals.ReferralCodeUnknown):
            await referrals.enter(friend.id, await code_of(referrer))


async def test_without_rules_there_is_nothing_to_enter(referrer: MadeMember) -> None:
    await end_planted(earning.Referral)
    friend = await make_member()
    with pytest.raises(referrals.ReferralsClosed):
        await referrals.enter(friend.id, await code_of(referrer))
    assert (await referrals.view(friend.id)).enter_until is None


async def test_too_late_after_joining_or_after_a_purchase(referrer: MadeMember) -> None:
    async with Programme({"join_days": 5}):
        for days, refused in ((5, False), (6, True)):
            friend = await make_member()
            await database.execute(
                "UPDATE member SET created_at = now() - make_interval(days => $2) WHERE id = $1", friend.id, days
            )
            if refused:
                with pytest.raises(referrals.ReferralTooLate):
                    await referrals.enter(friend.id, await code_of(referrer))
            else:
                await referrals.enter(friend.id, await code_of(referrer))
        buyer = await make_member()
        await buys(buyer, days_ago=0, returned_fen=10_000)
        with pytest.raises(referrals.ReferralTooLate):
            await referrals.enter(buyer.id, await code_of(referrer))


async def test_a_person_is_brought_once_also_when_she_comes_back(referrer: MadeMember) -> None:
    async with Programme():
        friend, again = await brought(referrer), await make_member()
        await database.execute(
            "UPDATE referral SET friend_openid_index = $2 WHERE friend_id = $1",
            friend.id,
            await members.openid_index_of(again.id),
        )
        with pytest.raises(referrals.AlreadyReferred):
            await referrals.enter(again.id, await code_of(referrer))


# Rewards


async def test_asked_by_hand_it_is_not_settled_too_early(referrer: MadeMember) -> None:
    async with Programme():
        friend = await brought(referrer, days_ago=20)
        await buys(friend, days_ago=7)
        assert await jobs.settle(await referral_of(friend)) is None
        assert await status_of(friend) == ("waiting", 0, 0)


@pytest.mark.parametrize(("days", "rewarded"), [(8, True), (7, False), (0, False)])
async def test_both_are_rewarded_once_the_purchase_was_kept(referrer: MadeMember, days: int, rewarded: bool) -> None:
    async with Programme():
        friend = await brought(referrer, days_ago=20)
        await buys(friend, days_ago=days)
        await jobs.settle_due()
        await jobs.settle_due()
        if not rewarded:
            assert await status_of(friend) == ("waiting", 0, 0)
            return
        assert await status_of(friend) == ("rewarded", REFERRER, FRIEND)
        assert (await balance(referrer), await balance(friend)) == (REFERRER, 100 + FRIEND)
        seen = await referrals.view(referrer.id)
        assert (seen.waiting, seen.rewarded, seen.points) == (0, 1, REFERRER)
    told = await database.fetch(
        "SELECT kind FROM notification WHERE member_id = ANY($1::uuid[])", [referrer.id, friend.id]
    )
    assert [row["kind"] for row in told] == ["referral"] * 2


async def test_a_purchase_that_came_back_counts_for_nothing_and_the_next_does(referrer: MadeMember) -> None:
    async with Programme():
        friend = await brought(referrer, days_ago=30)
        await buys(friend, days_ago=25, returned_fen=10_000)
        await jobs.settle_due()
        assert (await status_of(friend))[0] == "waiting"
        await buys(friend, days_ago=10, returned_fen=9_900)
        await jobs.settle_due()
        assert (await status_of(friend))[0] == "rewarded"


async def test_a_return_that_is_not_settled_yet_is_waited_for(referrer: MadeMember) -> None:
    async with Programme():
        friend, shop = await brought(referrer, days_ago=30), await make_shop()
        sale = await buys(friend, days_ago=20, shop=shop)
        await purchases.accept_return(shop.partner_id, make_return(shop, sale.receipt, lines=[line()]))
        await jobs.settle_due()
        assert (await status_of(friend))[0] == "waiting"
        await settle_all()
        await jobs.settle_due()
        assert (await status_of(friend))[0] == "waiting"


async def test_a_sale_of_before_that_was_told_late_makes_it_void(referrer: MadeMember) -> None:
    async with Programme():
        friend = await brought(referrer, days_ago=10)
        await buys(friend, days_ago=11)
        await jobs.settle_due()
    assert await status_of(friend) == ("void", 0, 0)
    assert await balance(referrer) == 0


async def test_without_a_purchase_in_time_it_lapses(referrer: MadeMember) -> None:
    async with Programme({"buy_days": 30, "kept_days": 7}):
        late, waiting = await brought(referrer, days_ago=52), await brought(referrer, days_ago=51)
        await jobs.settle_due()
        assert (await status_of(late))[0] == "lapsed"
        assert (await status_of(waiting))[0] == "waiting"


async def test_a_purchase_after_its_time_pays_nothing(referrer: MadeMember) -> None:
    async with Programme({"buy_days": 10}):
        friend = await brought(referrer, days_ago=20)
        await buys(friend, days_ago=9)
        await jobs.settle_due()
    assert await status_of(friend) == ("rewarded", 0, 0)


async def test_caps_of_the_month_and_a_banned_side(referrer: MadeMember) -> None:
    async with Programme(monthly_cap=150):
        friends = [await brought(referrer, days_ago=20) for _ in range(3)]
        for friend in friends:
            await buys(friend, days_ago=10)
        await members.ban(friends[2].id, "test", by=STAFF)
        await jobs.settle_due()
        assert [await status_of(friend) for friend in friends] == [
            ("rewarded", 100, 50),
            ("rewarded", 50, 50),
            ("rewarded", 0, 0),
        ]
    assert await balance(referrer) == 150


async def test_the_same_phone_is_rewarded_once(referrer: MadeMember) -> None:
    async with Programme():
        friend = await make_known_member()
        await referrals.enter(friend.id, await code_of(referrer))
        await database.execute("UPDATE referral SET entered_on = entered_on - 20 WHERE friend_id = $1", friend.id)
        await buys(friend, days_ago=10)
        await jobs.settle_due()
        assert (await status_of(friend))[0] == "rewarded"
        index = await database.fetchval("SELECT phone_index FROM member WHERE id = $1", friend.id)
        other = await brought(referrer, days_ago=20)
        await database.execute(
            "UPDATE member SET phone_index = NULL, phone_sealed = NULL, phone_verified_at = NULL WHERE id = $1",
            friend.id,
        )
        await database.execute("UPDATE member SET phone_index = $2, phone_sealed = '' WHERE id = $1", other.id, index)
        await buys(other, days_ago=10)
        await jobs.settle_due()
        assert (await status_of(other))[0] == "void"


# A merge


async def test_a_friend_s_referral_follows_a_merge(referrer: MadeMember) -> None:
    async with Programme():
        gone, stays = await brought(referrer, days_ago=20), await make_member()
        assert await move_all(gone.id, stays.id) == 1
        await buys(stays, days_ago=10)
        await jobs.settle_due()
        assert (await status_of(stays))[0] == "rewarded"


async def test_who_turns_out_to_be_her_own_friend_is_nobody_s(referrer: MadeMember) -> None:
    async with Programme():
        friend = await brought(referrer, days_ago=20)
        await move_all(referrer.id, friend.id)
        await buys(friend, days_ago=10)
        await jobs.settle_due()
    assert await status_of(friend) == ("void", 0, 0)


async def test_the_referrer_s_referrals_and_code_follow_a_merge(referrer: MadeMember) -> None:
    async with Programme():
        friend, stays = await brought(referrer, days_ago=20), await make_member()
        code = await code_of(referrer)
        assert await move_all(referrer.id, stays.id) == 1
        assert await code_of(stays) == code
        await buys(friend, days_ago=10)
        await jobs.settle_due()
    assert await balance(stays) == REFERRER


# Past, invariants


async def test_a_rule_is_tried_on_real_referrals(referrer: MadeMember) -> None:
    async with Programme():
        friend = await brought(referrer, days_ago=20)
        await buys(friend, days_ago=10)
        await jobs.settle_due()
    rule = draft(earning.Referral, {"side": "referrer", "points": 7_777})
    shown = await earning.preview(rule, days_ago(1), days_ago(0))
    assert (referrer.number, 7_777) in [(top.number, top.points // top.times) for top in shown.top]
    assert (await earning.preview(rule, days_ago(9), days_ago(8))).members == 0


BREAKS: dict[str, str] = {
    "referrals.paid_as_noted": "UPDATE referral SET referrer_points = referrer_points + 1 WHERE friend_id = $1",
    "referrals.one_level": "INSERT INTO referral (id, referrer_id, friend_id, entered_on, status)"
    " SELECT gen_random_uuid(), friend_id, referrer_id, current_date, 'waiting' FROM referral WHERE friend_id = $1",
}


@pytest.mark.parametrize("invariant", INVARIANTS, ids=lambda invariant: invariant.name)
async def test_the_invariants_hold_and_notice_what_breaks_them(referrer: MadeMember, invariant: Invariant) -> None:
    before = await breakers(invariant)
    async with Programme():
        friend = await brought(referrer, days_ago=20)
        await buys(friend, days_ago=10)
        await jobs.settle_due()
    assert not await breakers(invariant) - before
    assert await broken_by(BREAKS[invariant.name], invariant, friend.id)
