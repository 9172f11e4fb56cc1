"""The verified phone: one person per phone, and what a till knew of her becomes hers."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from foundation import clock, database
from foundation.errors import Unauthorized
from foundation.ids import new_id
from foundation.settings import Settings
from foundation.transactions import transactional
from membership import enrolment, members, points, purchases, tiers
from membership.members.records import record
from tests.makers.members import agree_to_privacy, make_known_member, make_member, make_store_member
from tests.makers.phones import new_phone
from tests.makers.purchases import Shop, line, make_sale, make_shop, settle_all
from tests.membership.enrolment.parts import is_signed_in, level_of, make_consenting_member


async def buy(shop: Shop, phone: str, amount_fen: int = 600_000) -> None:
    await purchases.accept_sale(shop.partner_id, make_sale(shop, phone=phone, lines=[line(amount_fen)]))


async def merge_record(member_id: UUID) -> enrolment.MovedInMerge | None:
    moved = await database.fetchval("SELECT moved::text FROM member_merge WHERE from_member_id = $1", member_id)
    return None if moved is None else msgspec.json.decode(moved, type=enrolment.MovedInMerge)


async def test_without_consent_no_phone_is_taken(world: Settings) -> None:
    member = await make_member()
    with pytest.raises(members.ConsentRequired):
        await enrolment.take_phone(member.id, member.caller.session, new_phone())
    await members.agree(member.id, "marketing", 1)
    with pytest.raises(members.ConsentRequired):
        await enrolment.take_phone(member.id, member.caller.session, new_phone())


async def test_the_phone_is_hers_and_the_same_again_changes_nothing(world: Settings) -> None:
    member, phone = await make_consenting_member(), new_phone()
    first = await enrolment.take_phone(member.id, member.caller.session, phone)
    assert (first.merged, first.credited_purchases) == (False, 0)
    assert first.overview.member.phone_masked == f"139******{phone[-2:]}"
    assert first.overview.member.phone_verified
    again = await enrolment.take_phone(member.id, member.caller.session, phone)
    assert again == first
    assert await is_signed_in(member.tokens)


async def test_what_the_till_gave_becomes_hers(world: Settings) -> None:
    shop, phone = await make_shop(), new_phone()
    at_till = await make_store_member(shop.store.id, phone)
    number = await members.number_of(at_till)
    assert number is not None
    await buy(shop, phone)
    await settle_all()
    member = await make_consenting_member()
    before = (await points.summary(member.id)).balance
    verified = await enrolment.take_phone(member.id, member.caller.session, phone)
    assert verified.merged

    earned = 6_000
    welcome = next(gift.points for gift in verified.overview.gifts if gift.gift == "welcome")
    assert (await points.summary(member.id)).balance == before + earned + welcome
    assert (await points.summary(at_till)).balance == 0
    assert await level_of(member.id) == "gold"
    gone = await members.get(at_till)
    assert gone is not None
    assert (gone.status, gone.phone_masked) == ("merged", None)
    assert await members.find_by_number(number) == member.id
    assert await merge_record(at_till) == enrolment.MovedInMerge(
        points=earned,
        debt=0,
        lots=1,
        purchases=1,
        redemptions=0,
        level_moved="gold",
        level_before="standard",
        level_after="gold",
    )
    receipts = await database.fetch("SELECT member_id FROM purchase_receipt WHERE member_id = $1", member.id)
    assert len(receipts) == 1


async def test_sales_that_waited_for_the_phone_are_credited(world: Settings) -> None:
    shop, phone = await make_shop(), new_phone()
    await buy(shop, phone, 10_000)
    await buy(shop, phone, 20_000)
    await settle_all()
    member = await make_consenting_member()
    verified = await enrolment.take_phone(member.id, member.caller.session, phone)
    assert (verified.merged, verified.credited_purchases) == (False, 2)
    before = (await points.summary(member.id)).balance
    await settle_all()
    assert (await points.summary(member.id)).balance == before + 300


async def test_a_till_credits_what_waited_when_it_registers_her(world: Settings) -> None:
    shop, phone = await make_shop(), new_phone()
    await buy(shop, phone, 10_000)
    at_till = await make_store_member(shop.store.id, phone)
    await settle_all()
    assert (await points.summary(at_till)).balance == 100


async def test_the_phone_of_another_wechat_is_refused_with_words_that_help(world: Settings) -> None:
    owner = await make_known_member()
    assert owner.phone is not None
    member = await make_consenting_member()
    with pytest.raises(enrolment.PhoneTaken) as refused:
        await enrolment.take_phone(member.id, member.caller.session, owner.phone)
    assert "更换手机号" in refused.value.message
    assert (await members.get(member.id)).phone_masked is None  # type: ignore[union-attr]  # she was made above
    # The owner moves to another number: hers is free.
    await enrolment.take_phone(owner.id, owner.caller.session, new_phone())
    assert (await enrolment.take_phone(member.id, member.caller.session, owner.phone)).overview.member.phone_verified


async def test_a_banned_member_of_a_till_is_not_washed_clean(world: Settings) -> None:
    shop, phone = await make_shop(), new_phone()
    at_till = await make_store_member(shop.store.id, phone)
    await members.ban(at_till, "刷单", by=new_id())
    member = await make_consenting_member()
    with pytest.raises(members.MemberBanned):
        await enrolment.take_phone(member.id, member.caller.session, phone)
    assert await members.find_by_phone_index(members.phone_index(phone)) == at_till


async def test_another_phone_ends_her_other_sessions(world: Settings) -> None:
    member = await make_known_member()
    other = await enrolment.sign_in(member.openid)
    await enrolment.take_phone(member.id, member.caller.session, new_phone())
    assert await is_signed_in(member.tokens)
    assert not await is_signed_in(other.tokens)
    with pytest.raises(Unauthorized):
        await enrolment.refresh(other.tokens.refresh_token)


async def test_the_first_phone_ends_no_session(world: Settings) -> None:
    member = await make_consenting_member()
    other = await enrolment.sign_in(member.openid)
    await enrolment.take_phone(member.id, member.caller.session, new_phone())
    assert await is_signed_in(other.tokens)


@pytest.mark.parametrize("attempt", range(5))
async def test_of_many_who_verify_one_phone_at_once_one_wins(world: Settings, attempt: int) -> None:
    phone = new_phone()
    rivals = await asyncio.gather(*(make_consenting_member() for _ in range(6)))
    results = await asyncio.gather(
        *(enrolment.take_phone(rival.id, rival.caller.session, phone) for rival in rivals), return_exceptions=True
    )
    winners = [result for result in results if isinstance(result, enrolment.PhoneVerified)]
    assert len(winners) == 1
    assert sum(isinstance(result, enrolment.PhoneTaken) for result in results) == 5
    assert await members.find_by_phone_index(members.phone_index(phone)) == winners[0].overview.member.id


async def test_control_without_holding_the_phone_the_losers_get_an_error(
    world: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unique constraint still lets one win; but nobody would tell the others why they lost."""

    async def hold_nothing(index: bytes) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(members, "hold_phone", hold_nothing)
    phone = new_phone()
    rivals = await asyncio.gather(*(make_consenting_member() for _ in range(6)))
    results = await asyncio.gather(
        *(enrolment.take_phone(rival.id, rival.caller.session, phone) for rival in rivals), return_exceptions=True
    )
    assert sum(isinstance(result, enrolment.PhoneVerified) for result in results) == 1
    assert any(isinstance(result, asyncpg.UniqueViolationError) for result in results)


async def test_one_till_member_verified_by_two_at_once_is_merged_once(world: Settings) -> None:
    shop, phone = await make_shop(), new_phone()
    at_till = await make_store_member(shop.store.id, phone)
    await buy(shop, phone, 10_000)
    await settle_all()
    one, two = await make_consenting_member(), await make_consenting_member()
    results = await asyncio.gather(
        enrolment.take_phone(one.id, one.caller.session, phone),
        enrolment.take_phone(two.id, two.caller.session, phone),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["PhoneTaken", "PhoneVerified"]
    balances = [(await points.summary(member_id)).balance for member_id in (at_till, one.id, two.id)]
    welcome = (await enrolment.overview(one.id)).gifts[0].points
    assert sorted(balances) == [0, 0, 100 + welcome]


@pytest.mark.parametrize("attempt", range(5))
async def test_a_sale_that_is_settled_while_she_is_merged_is_hers(world: Settings, attempt: int) -> None:
    shop, phone = await make_shop(), new_phone()
    at_till = await make_store_member(shop.store.id, phone)
    member = await make_consenting_member()
    for _ in range(6):
        await buy(shop, phone, 10_000)
    verified, *_ = await asyncio.gather(
        enrolment.take_phone(member.id, member.caller.session, phone),
        settle_all(),
        *(buy(shop, phone, 10_000) for _ in range(4)),
    )
    await settle_all()
    assert verified.merged
    welcome = (await enrolment.overview(member.id)).gifts[0].points
    assert (await points.summary(at_till)).balance == 0
    assert (await points.summary(member.id)).balance == welcome + 10 * 100
    standing = await tiers.standing(member.id)
    assert standing.growth == 10 * 100


async def test_a_sale_and_a_verification_at_once_never_miss_each_other(world: Settings) -> None:
    """An unknown phone: either the sale finds the member, or the verification finds the sale that waits."""
    shop = await make_shop()
    for _ in range(8):
        member, phone = await make_consenting_member(), new_phone()
        await asyncio.gather(
            enrolment.take_phone(member.id, member.caller.session, phone),
            buy(shop, phone, 10_000),
            buy(shop, phone, 10_000),
        )
        await settle_all()
        welcome = (await enrolment.overview(member.id)).gifts[0].points
        assert (await points.summary(member.id)).balance == welcome + 200


async def test_a_phone_given_up_belongs_to_nobody(world: Settings) -> None:
    member = await make_known_member()
    assert member.phone is not None
    await enrolment.withdraw(member.id, members.PRIVACY)
    assert await members.find_by_phone_index(members.phone_index(member.phone)) is None
    await agree_to_privacy(member.id)
    await enrolment.take_phone(member.id, member.caller.session, member.phone)
    claims = await database.fetchval("SELECT count(*) FROM gift_claim WHERE member_id = $1", member.id)
    assert claims == 1


async def test_the_welcome_gift_expires_at_a_months_end_in_a_year(world: Settings) -> None:
    member = await make_known_member()
    (lot,) = (await points.summary(member.id)).expiring
    in_a_year = clock.add_months(clock.today(), 12)
    assert lot.expires_on == clock.end_of_month(in_a_year)
    assert lot.expires_on - clock.today() > timedelta(days=360)


async def test_control_without_sharing_the_member_a_sale_is_settled_for_one_who_is_gone(
    world: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settlement looks at the member without a lock; the merge passes it by, and the points strand."""
    shop, phone = await make_shop(), new_phone()
    at_till = await make_store_member(shop.store.id, phone)
    member = await make_consenting_member()
    await buy(shop, phone, 10_000)
    looked, merged = asyncio.Event(), asyncio.Event()

    async def look(member_id: UUID) -> members.MemberRecord:
        row = await database.fetchrow("SELECT * FROM member WHERE id = $1", member_id)
        assert row is not None
        if member_id == at_till:
            looked.set()
            await merged.wait()
        return record(row)

    monkeypatch.setattr(members, "share", look)
    settling = asyncio.create_task(settle_all())
    await looked.wait()
    await enrolment.take_phone(member.id, member.caller.session, phone)
    merged.set()
    await settling
    assert (await points.summary(at_till)).balance == 100

    # The database is shared with tests that reconcile it: bring the stranded points home.
    @transactional
    async def bring_home() -> None:
        await tiers.move_all(at_till, member.id)
        await points.move_all(at_till, member.id, key="control")
        await purchases.move_all(at_till, member.id)

    await bring_home()
