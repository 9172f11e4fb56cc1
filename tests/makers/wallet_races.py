"""Everybody at once at the wallets, shared by the short tests and the long ones in tests/races.

Each returns what happened; `expect_*` says what must have. Their controls switch the safeguard off and must fail.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import UUID

from foundation import database
from foundation.transactions import transactional
from membership import wallets
from membership.wallets import Money, ledger, tills
from tests.makers.redemption_races import gather, kinds
from tests.makers.wallets import (
    holds,
    make_operator,
    make_saver,
    make_shop,
    number_of,
    pay,
    reverse,
    show_card,
    top_up,
)

PRICE_FEN = 1_000
LIMIT_FEN = 500_000

UNLOCKED_WALLET = ledger.LOCK.replace(" FOR UPDATE", "")
UNLOCKED_PAYMENT = tills.LOCK_PAYMENT.replace(" FOR UPDATE", "")
assert UNLOCKED_WALLET != ledger.LOCK and UNLOCKED_PAYMENT != tills.LOCK_PAYMENT


async def is_sound(member: UUID) -> bool:
    """Whether her entries make what her wallet holds. Of a control that made it unsound nothing is left afterwards:
    other tests look at the invariants of everybody."""
    entries = await database.fetchrow(
        "SELECT coalesce(sum(principal_fen), 0), coalesce(sum(gift_fen), 0) FROM wallet_entry WHERE member_id = $1",
        member,
    )
    assert entries is not None
    sound = Money(*map(int, entries)) == await holds(member)
    if not sound:
        await _forget(member)
    return sound


@transactional
async def _forget(member: UUID) -> None:
    await database.execute("SET LOCAL session_replication_role = replica")  # triggers keep a ledger from anybody else
    for table in ("wallet_entry", "wallet_top_up", "wallet_payment", "wallet"):
        await database.execute(f"DELETE FROM {table} WHERE member_id = $1", member)  # noqa: S608  # our own names


async def many_payments_money_for_two(payments: int) -> tuple[Counter[str], Money, bool]:
    """Her card at many tills at once, with money for two: (results by kind, what is left, is it sound)."""
    shop = await make_shop()
    member = await make_saver(shop, 2 * PRICE_FEN - 200, 200)
    codes = [await show_card(member) for _ in range(payments)]

    def at_till(code: str, till: int) -> Callable[[], Awaitable[object]]:
        return lambda: pay(shop, code, PRICE_FEN, terminal=f"POS-{till}")

    results = await gather([at_till(code, till) for till, code in enumerate(codes)])
    return kinds(results), await holds(member), await is_sound(member)


def expect_two_payments(outcome: tuple[Counter[str], Money, bool], payments: int) -> None:
    assert outcome == ({"Done": 2, "WalletNotEnough": payments - 2}, Money(0, 0), True)


async def one_payment_many_reversals(reversals: int, parts: int) -> tuple[Counter[str], Money, bool]:
    """Everybody gives a `parts`-th of one payment back: (results by kind, what she has, is it sound)."""
    shop = await make_shop()
    member = await make_saver(shop, PRICE_FEN - 333, 333)
    await pay(shop, await show_card(member), PRICE_FEN, receipt="PAID")

    def give_back() -> Awaitable[object]:
        return reverse(shop, "PAID", PRICE_FEN // parts)

    results = await gather([give_back] * reversals)
    return kinds(results), await holds(member), await is_sound(member)


def expect_one_whole(outcome: tuple[Counter[str], Money, bool], reversals: int, parts: int) -> None:
    given = {"Done": parts, "WalletPaymentReturned": reversals - parts}
    assert outcome == (given, Money(PRICE_FEN - 333, 333), True)


async def many_top_ups_room_for_three(top_ups: int) -> tuple[Counter[str], Money, bool]:
    """Everybody tops up a wallet that has room for three: (results by kind, what is in it, is it sound)."""
    shop = await make_shop()
    member = await make_saver(shop, LIMIT_FEN - 3 * PRICE_FEN - 1)
    number = await number_of(member)

    def add() -> Awaitable[object]:
        return top_up(shop, number, PRICE_FEN)

    results = await gather([add] * top_ups)
    return kinds(results), await holds(member), await is_sound(member)


def expect_three_top_ups(outcome: tuple[Counter[str], Money, bool], top_ups: int) -> None:
    assert outcome == ({"Done": 3, "WalletFull": top_ups - 3}, Money(LIMIT_FEN - 1, 0), True)


async def one_receipt_many_times(times: int) -> tuple[int, Counter[str], Money]:
    """A till that lost its answer sends one payment many times: (different answers, results, what is left)."""
    shop = await make_shop()
    member = await make_saver(shop, 5 * PRICE_FEN)
    payment = wallets.Payment(**shop.said(card=await show_card(member), amount_fen=PRICE_FEN))

    def send() -> Awaitable[object]:
        return wallets.pay(shop.partner_id, payment)

    results = await gather([send] * times)
    answers = {result for result in results if isinstance(result, wallets.Done)}
    return len(answers), kinds(results), await holds(member)


def expect_one_payment(outcome: tuple[int, Counter[str], Money], times: int) -> None:
    assert outcome == (1, {"Done": times}, Money(4 * PRICE_FEN, 0))


async def refund_and_payments(payments: int) -> tuple[Money, bool, bool]:
    """A refund is approved while she pays: (what is left, is it sound, whether exactly one side won)."""
    shop = await make_shop()
    member = await make_saver(shop, PRICE_FEN)
    asked = await wallets.ask_for_refund((await make_operator()).id, member, "不用了", store_id=None)
    codes = [await show_card(member) for _ in range(payments)]
    decides: UUID = (await make_operator()).id

    def at_till(code: str) -> Callable[[], Awaitable[object]]:
        return lambda: pay(shop, code, PRICE_FEN)

    work: list[Callable[[], Awaitable[object]]] = [at_till(code) for code in codes]
    work.insert(payments // 2, lambda: wallets.approve_refund(decides, asked.id))
    results = kinds(await gather(work))
    return await holds(member), await is_sound(member), results["Done"] + results["RefundView"] == 1


def expect_one_side(outcome: tuple[Money, bool, bool]) -> None:
    assert outcome == (Money(0, 0), True, True)
