"""Topping up: what comes in, what is given on top, how much may be there."""

from datetime import timedelta

import pytest

from foundation import clock, database
from foundation.errors import Invalid
from foundation.pages import PageQuery
from membership import cards, members, stores, wallets
from membership.wallets import Money
from membership.wallets.invariants import INVARIANTS
from tests.breakers import keeps
from tests.makers.members import make_member
from tests.makers.stores import make_store
from tests.makers.wallets import (
    Shop,
    at,
    give,
    holds,
    make_gift_rule,
    make_operator,
    make_saver,
    make_shop,
    number_of,
    show_card,
    top_up,
)

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
async def shop() -> Shop:
    return await make_shop()


@keeps(INVARIANTS)
async def test_by_number_and_by_code(shop: Shop) -> None:
    member = await make_saver(shop)
    done = await top_up(shop, await number_of(member), 30_000)
    assert (done.moved, done.holds) == (Money(30_000, 0), Money(30_000, 0))
    done = await top_up(shop, await show_card(member), 12_345)
    assert done.holds == Money(42_345, 0)
    assert await holds(member) == Money(42_345, 0)


async def test_the_statement_says_it_all_and_she_is_told(shop: Shop) -> None:
    member = await make_saver(shop, 10_000)
    page = await wallets.entries(member, PageQuery())
    [entry] = page.items
    assert (entry.kind, entry.moved, entry.holds) == (wallets.Kind.TOP_UP, Money(10_000, 0), Money(10_000, 0))
    assert entry.store_name == shop.store.name
    body = await database.fetchval("SELECT body FROM notification WHERE member_id = $1 AND kind = 'wallet'", member)
    assert "¥100.00" in body


async def test_sent_again_it_is_the_first_answer(shop: Shop) -> None:
    member = await make_saver(shop)
    said = shop.said(card=await show_card(member), principal_fen=5_000)
    first = await wallets.top_up(shop.partner_id, wallets.TopUp(**said))
    await top_up(shop, await number_of(member), 1_000)
    assert await wallets.top_up(shop.partner_id, wallets.TopUp(**said)) == first
    assert await holds(member) == Money(6_000, 0)
    with pytest.raises(stores.ReceiptConflict):
        await wallets.top_up(shop.partner_id, wallets.TopUp(**said | {"principal_fen": 5_001}))
    # The same number of another store is another top-up.
    other = await make_store(shop.partner_id)
    said = said | {"store": other.code, "card": await number_of(member)}
    assert (await wallets.top_up(shop.partner_id, wallets.TopUp(**said))).id != first.id


@keeps(INVARIANTS)
async def test_the_highest_threshold_that_is_reached_gives_on_that_day(shop: Shop) -> None:
    member = await make_saver(shop)
    await give(shop, member, 50_000, 5_003)
    assert await holds(member) == Money(50_000, 5_003)
    day = await database.fetchval(
        "SELECT valid_from FROM wallet_gift_rule WHERE valid_until IS NOT NULL ORDER BY created_at DESC LIMIT 1"
    )
    await make_gift_rule(80_000, 9_007, valid_from=day, valid_until=day)
    number = await number_of(member)
    for fen, gift in ((49_999, 0), (50_000, 5_003), (79_999, 5_003), (80_000, 9_007)):
        assert (await top_up(shop, number, fen, occurred_at=at(day))).moved == Money(fen, gift)
    # Half past midnight in Shanghai is the next day, whatever it is in UTC. That may be the day of another test's rule.
    next_day = await top_up(shop, number, 50_000, occurred_at=at(day, 0) + timedelta(days=1))
    assert next_day.moved.gift_fen not in (5_003, 9_007)


async def test_a_rule_that_is_off_gives_nothing(shop: Shop) -> None:
    member = await make_saver(shop)
    await give(shop, member, 7_000, 700)
    code, day = await database.fetchrow(
        "SELECT code, valid_from FROM wallet_gift_rule WHERE at_least_fen = 7000 ORDER BY created_at DESC LIMIT 1"
    )
    await wallets.change_gift_rule((await make_operator()).id, code, active=False, valid_until=day)
    assert (await top_up(shop, await number_of(member), 7_000, occurred_at=at(day))).moved == Money(7_000, 0)


async def test_principal_and_gift_together_are_limited(shop: Shop) -> None:
    member = await make_saver(shop, 490_000)
    number = await number_of(member)
    with pytest.raises(wallets.WalletFull) as refused:
        await top_up(shop, number, 10_001)
    assert "¥100.00" in refused.value.message
    await top_up(shop, number, 10_000)
    assert await holds(member) == Money(500_000, 0)
    other = await make_saver(shop)
    with pytest.raises(wallets.WalletFull):
        await give(shop, other, 480_000, 20_001)
    assert await holds(other) == Money(0, 0)


async def test_only_a_named_card_stores_value(shop: Shop) -> None:
    nameless = await make_member()
    with pytest.raises(wallets.WalletUnnamed):
        await top_up(shop, nameless.number, 100)


async def test_a_banned_member_stores_nothing(shop: Shop) -> None:
    member = await make_saver(shop)
    await members.ban(member, "测试", by=(await make_operator()).id)
    with pytest.raises(cards.CardBlocked):
        await top_up(shop, await number_of(member), 100)


async def test_strangers_cards_stores_and_times_are_refused(shop: Shop) -> None:
    member = await make_saver(shop)
    number = await number_of(member)
    with pytest.raises(cards.CardUnknown):
        await top_up(shop, "000000000000", 100)
    with pytest.raises(cards.CardCodeForeign):
        await top_up(shop, "something else", 100)
    with pytest.raises(stores.StoreUnknown):
        await top_up(shop, number, 100, store=(await make_shop()).store.code)
    for occurred_at in (clock.now() + timedelta(minutes=11), clock.now() - timedelta(days=401)):
        with pytest.raises(Invalid):
            await top_up(shop, number, 100, occurred_at=occurred_at)
    assert await holds(member) == Money(0, 0)


async def test_the_database_keeps_what_was_written(shop: Shop) -> None:
    member = await make_saver(shop, 1_000)
    for statement in (
        "UPDATE wallet_entry SET principal_fen = 1 WHERE member_id = $1",
        "DELETE FROM wallet_entry WHERE member_id = $1",
        "DELETE FROM wallet_top_up WHERE member_id = $1",
        "UPDATE wallet_top_up SET principal_fen = 1 WHERE member_id = $1",
    ):
        with pytest.raises(Exception, match="append-only"):
            await database.execute(statement, member)
    for column, constraint in (
        ("principal_fen = -1", "wallet_not_negative"),
        ("gift_fen = -1", "wallet_not_negative"),
        ("principal_fen = 500001", "wallet_within_its_limit"),
    ):
        with pytest.raises(Exception, match=constraint):
            await database.execute(f"UPDATE wallet SET {column} WHERE member_id = $1", member)  # noqa: S608  # ours
