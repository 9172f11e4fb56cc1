"""The two narrow moments of a purchase, held open on purpose: each with the control that shows what the lock is for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from foundation import database
from foundation.transactions import transactional
from membership import members, points, purchases, tiers
from membership.members import MemberRecord
from membership.members.records import COLUMNS, record
from membership.purchases.settlement import settle
from tests.makers import card_races
from tests.makers.purchases import make_buyer, make_sale, make_shop, new_phone, settle_all

pytestmark = pytest.mark.usefixtures("world")

HELD_OPEN = 0.3
"""Seconds; what runs at the same time needs a few milliseconds."""


async def _sale_meets_verification(monkeypatch: pytest.MonkeyPatch) -> int:
    """A sale has just found nobody with its phone when the phone is verified; the points she has in the end."""
    phone, shop, looked = new_phone(), await make_shop(), asyncio.Event()
    monkeypatch.setattr(members, "find_by_phone_index", _slow(members.find_by_phone_index, looked))
    selling = asyncio.create_task(purchases.accept_sale(shop.partner_id, make_sale(shop, phone=phone)))
    await looked.wait()
    member_id = (await _verify(phone)).id
    await selling
    await settle_all()
    return (await points.summary(member_id)).balance


async def test_a_phone_verified_while_its_sale_is_taken_in() -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert await _sale_meets_verification(monkeypatch) == 100


async def test_control_without_holding_the_phone() -> None:
    async def nobody_waits(index: bytes) -> None:
        pass

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(members, "hold_phone", nobody_waits)
        assert await _sale_meets_verification(monkeypatch) == 0


async def _settlement_meets_merge(monkeypatch: pytest.MonkeyPatch) -> int:
    """A settlement knows whose sale it is when she is merged into another; the points of the one she is then."""
    gone, stays, shop = await make_buyer(), await make_buyer(), await make_shop()
    sale = make_sale(shop, card=gone.number)
    await purchases.accept_sale(shop.partner_id, sale)
    receipt = await database.fetchval("SELECT id FROM purchase_receipt WHERE number = $1", sale.receipt)
    known = asyncio.Event()
    monkeypatch.setattr(members, "share", _slow(members.share, known))
    settling = asyncio.create_task(settle(receipt))
    await known.wait()
    await _merge(gone.id, stays.id)
    await settling
    return (await points.summary(stays.id)).balance


async def test_a_member_merged_while_her_sale_is_settled() -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert await _settlement_meets_merge(monkeypatch) == 100


async def test_control_without_sharing_the_member() -> None:
    async def only_read(member_id: UUID) -> MemberRecord:
        row = await database.fetchrow(f"SELECT {COLUMNS} FROM member m WHERE id = $1", member_id)  # noqa: S608  # constant
        assert row is not None
        return record(row)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(members, "share", only_read)
        assert await _settlement_meets_merge(monkeypatch) == 0


async def test_scans_of_one_code() -> None:
    card_races.expect_one_scan(await card_races.many_scans_of_one_code(60), 60)


async def test_double_returns() -> None:
    card_races.expect_each_once(await card_races.double_returns(60, receipts=3), 60)


def _slow(step: Callable[..., Awaitable[Any]], done: asyncio.Event) -> Callable[..., Awaitable[Any]]:
    """The step, which then holds its transaction open for a while."""

    async def slowly(*arguments: Any) -> Any:
        result = await step(*arguments)
        if not done.is_set():
            done.set()
            await asyncio.sleep(HELD_OPEN)
        return result

    return slowly


@transactional
async def _verify(phone: str) -> members.MemberView:
    """What a verification does with a phone, in its order of locks."""
    index = members.phone_index(f"+86{phone}")
    await members.hold_phone(index)
    member_id = await members.make_by_phone(f"+86{phone}")
    await points.open_account(member_id)
    await tiers.open_standing(member_id)
    await purchases.claim_waiting(index, member_id)
    member = await members.get(member_id)
    assert member is not None
    return member


@transactional
async def _merge(gone: UUID, stays: UUID) -> int:
    """As enrolment does it, in its order of locks."""
    await members.hold({gone, stays})
    moved = await purchases.move_all(gone, stays)
    await tiers.move_all(gone, stays)
    await points.move_all(gone, stays, key=str(gone))
    await members.mark_merged(gone, stays)
    return moved
