"""Giving the principal back: one asks, another decides, the gift lapses. And the dated limit, and merges."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from foundation import clock, database
from foundation.errors import Invalid, NotFound
from foundation.pages import PageQuery
from foundation.transactions import transactional
from membership import members, wallets
from membership.wallets import Money, RefundStatus, ledger
from membership.wallets.invariants import INVARIANTS
from tests.breakers import broken_by, keeps
from tests.makers.members import make_known_member
from tests.makers.wallets import (
    Shop,
    holds,
    make_gift_rule,
    make_operator,
    make_saver,
    make_shop,
    number_of,
    pay,
    reverse,
    show_card,
    top_up,
)

pytestmark = pytest.mark.usefixtures("world")

BREAKS = {invariant.name: invariant for invariant in INVARIANTS}


@pytest.fixture
async def shop() -> Shop:
    return await make_shop()


@keeps(INVARIANTS)
async def test_the_principal_goes_back_and_the_gift_lapses(shop: Shop) -> None:
    member = await make_saver(shop, 10_000, 2_000)
    asks, decides = await make_operator(), await make_operator()
    asked = await wallets.ask_for_refund(asks.id, member, "搬家了", store_id=shop.store.id)
    assert (asked.status, asked.principal_fen, asked.gift_fen) == (RefundStatus.WAITING, 10_000, 2_000)
    assert await holds(member) == Money(10_000, 2_000)
    assert asked.id in [refund.id for refund in (await wallets.waiting(PageQuery(limit=100))).items]
    paid = await wallets.approve_refund(decides.id, asked.id)
    assert (paid.status, paid.decided_by) == (RefundStatus.PAID, decides.id)
    assert await wallets.approve_refund(decides.id, asked.id) == paid
    assert await holds(member) == Money(0, 0)
    actions = await database.fetch(
        "SELECT action, actor_id FROM audit_entry WHERE subject_id = $1 ORDER BY id", str(asked.id)
    )
    assert [tuple(row) for row in actions] == [
        ("wallet_refund.asked_for", asks.id),
        ("wallet_refund.paid", decides.id),
    ]


async def test_who_asks_does_not_decide(shop: Shop) -> None:
    member, asks = await make_saver(shop, 100), await make_operator()
    asked = await wallets.ask_for_refund(asks.id, member, "不用了", store_id=None)
    for decide in (wallets.approve_refund(asks.id, asked.id), wallets.reject_refund(asks.id, asked.id, "不行")):
        with pytest.raises(wallets.WalletRefundNeedsAnother):
            await decide
    assert await holds(member) == Money(100, 0)
    with pytest.raises(Exception, match="wallet_refund_two_people"):
        await database.execute(
            "UPDATE wallet_refund SET status = 'paid', decided_by_id = $2, decided_at = now() WHERE id = $1",
            asked.id,
            asks.id,
        )


async def test_what_was_decided_is_decided(shop: Shop) -> None:
    member, decides = await make_saver(shop, 100), await make_operator()
    asked = await wallets.ask_for_refund((await make_operator()).id, member, "不用了", store_id=None)
    rejected = await wallets.reject_refund(decides.id, asked.id, "顾客改主意了")
    assert rejected.status is RefundStatus.REJECTED
    assert await wallets.reject_refund(decides.id, asked.id, "再说一次") == rejected
    with pytest.raises(wallets.WalletRefundDecided):
        await wallets.approve_refund(decides.id, asked.id)
    assert await holds(member) == Money(100, 0)


async def test_what_changed_meanwhile_is_asked_for_anew(shop: Shop) -> None:
    member, decides = await make_saver(shop, 100), await make_operator()
    asked = await wallets.ask_for_refund((await make_operator()).id, member, "不用了", store_id=None)
    await top_up(shop, await number_of(member), 1)
    with pytest.raises(wallets.WalletChanged):
        await wallets.approve_refund(decides.id, asked.id)
    await pay(shop, await show_card(member), 1)
    assert (await wallets.approve_refund(decides.id, asked.id)).status is RefundStatus.PAID


async def test_nothing_is_not_refunded_and_nobody_is_nobody(shop: Shop) -> None:
    operator = await make_operator()
    with pytest.raises(wallets.WalletEmpty):
        await wallets.ask_for_refund(operator.id, await make_saver(shop), "退", store_id=None)
    with pytest.raises(NotFound):
        await wallets.ask_for_refund(operator.id, uuid4(), "退", store_id=None)
    with pytest.raises(wallets.WalletRefundUnknown):
        await wallets.approve_refund(operator.id, uuid4())
    with pytest.raises(wallets.WalletRefundUnknown):
        await wallets.reject_refund(operator.id, uuid4(), "无")


async def test_limits_are_dated(shop: Shop) -> None:
    administrator = (await make_operator()).id
    today = clock.today()
    with pytest.raises(Invalid):
        await wallets.set_limit(administrator, wallets.WalletLimitView(today - timedelta(days=1), 1))
    day = today + timedelta(days=4000 + uuid4().int % 100_000)
    limit = await wallets.set_limit(administrator, wallets.WalletLimitView(day, 100_000))
    assert limit in await wallets.limits()
    with pytest.raises(wallets.WalletLimitExists):
        await wallets.set_limit(administrator, wallets.WalletLimitView(day, 1))
    assert (await wallets.wallet(await make_saver(shop))).limit_fen == 500_000, "it does not hold yet"
    for statement in ("UPDATE wallet_limit SET most_fen = 9", "DELETE FROM wallet_limit"):
        with pytest.raises(Exception, match="append-only"):
            await database.execute(statement)


async def test_a_lower_limit_takes_nothing_away_and_lets_nothing_in(shop: Shop) -> None:
    member = await make_saver(shop, 3_000)

    @transactional
    async def under_a_lower_limit() -> None:
        await database.execute(
            "INSERT INTO wallet_limit (valid_from, most_fen) VALUES ((now() AT TIME ZONE 'Asia/Shanghai')::date, 2000)"
        )
        wallet = (await ledger.lock([member]))[member]
        after = await ledger.give_out(wallet, Money(500, 0), wallets.Kind.PAYMENT, uuid4().hex, None)
        assert after == Money(2_500, 0)
        with pytest.raises(wallets.WalletFull) as refused:
            await ledger.take_in(
                (await ledger.lock([member]))[member], Money(1, 0), wallets.Kind.TOP_UP, uuid4().hex, None
            )
        assert "¥0.00" in refused.value.message
        raise _Undo

    with pytest.raises(_Undo):
        await under_a_lower_limit()


class _Undo(Exception):
    pass


async def test_rules_are_made_once_and_end_on_a_day(shop: Shop) -> None:
    operator = (await make_operator()).id
    day = clock.today() + timedelta(days=3000)
    rule = await make_gift_rule(100, 10, valid_from=day)
    with pytest.raises(wallets.GiftRuleExists):
        await wallets.make_gift_rule(operator, rule)
    changed = await wallets.change_gift_rule(operator, rule.code, active=True, valid_until=day)
    assert changed in await wallets.gift_rules()
    with pytest.raises(Invalid):
        await wallets.change_gift_rule(operator, rule.code, active=True, valid_until=day - timedelta(days=1))
    with pytest.raises(wallets.GiftRuleUnknown):
        await wallets.change_gift_rule(operator, "nobody-knows", active=True, valid_until=None)


@keeps(INVARIANTS)
async def test_wallets_follow_a_merge_even_above_the_limit(shop: Shop) -> None:
    stays = await make_known_member()
    await top_up(shop, stays.number, 300_000)
    gone = await make_saver(shop, 400_000, 1_000)
    await pay(shop, await show_card(gone), 401, receipt="PAID")
    before = await holds(gone)
    asked = await wallets.ask_for_refund((await make_operator()).id, gone, "不用了", store_id=None)
    await merge(gone, stays.id)
    assert await holds(gone) == Money(0, 0)
    assert await holds(stays.id) == before + Money(300_000, 0)
    # Nothing goes in until there is room again; what she has she may spend.
    with pytest.raises(wallets.WalletFull):
        await top_up(shop, stays.number, 1)
    with pytest.raises(wallets.WalletFull):
        await reverse(shop, "PAID")
    await pay(shop, await show_card(stays.id), 250_000)
    assert (await reverse(shop, "PAID")).moved.total_fen == 401
    with pytest.raises(wallets.WalletChanged):
        await wallets.approve_refund((await make_operator()).id, asked.id)


@transactional
async def merge(gone: UUID, stays: UUID) -> None:
    """Only the part of it that is ours."""
    await members.hold([gone, stays])
    await wallets.move_all(gone, stays)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("wallets.entries_make_the_wallet", "UPDATE wallet SET limit_fen = 9000000, principal_fen = principal_fen + 1"),
        (
            "wallets.entries_make_the_wallet",
            "ALTER TABLE wallet_entry DISABLE TRIGGER ALL; DELETE FROM wallet_entry",
        ),
        ("wallets.reversals_make_what_came_back", "UPDATE wallet_payment SET returned_principal_fen = 0"),
        ("wallets.ledger_agrees", "UPDATE wallet_payment SET principal_fen = principal_fen + 1"),
        (
            "wallets.entries_follow_each_other",
            "ALTER TABLE wallet_entry DISABLE TRIGGER ALL;"
            "UPDATE wallet_entry SET principal_after_fen = principal_after_fen + 1 WHERE kind = 'top_up'",
        ),
        (
            "wallets.merges_take_nothing_away",
            "ALTER TABLE wallet_entry DISABLE TRIGGER ALL; DELETE FROM wallet_entry WHERE kind = 'merge_in'",
        ),
    ],
)
async def test_each_invariant_notices_what_breaks_it(shop: Shop, name: str, damage: str) -> None:
    member, other = await make_saver(shop, 1_000), await make_saver(shop, 500)
    await pay(shop, await show_card(member), 600, receipt="PAID")
    await reverse(shop, "PAID", 500)
    await merge(other, member)
    assert await broken_by(damage, BREAKS[name])
