"""Two members turn out to be one: her payments, and what becomes of them, are hers who stays."""

from uuid import UUID

import pytest

from foundation.transactions import transactional
from membership import payments
from membership.payments.settling import settle
from tests.makers.members import make_known_member, make_member, make_store_member
from tests.makers.payments import make_payment, make_prepared_payment, open_payment, paid, row
from tests.makers.phones import new_phone
from tests.makers.stores import make_store

pytestmark = pytest.mark.usefixtures("world")


@transactional
async def _move(from_member: UUID, to_member: UUID) -> int:
    return await payments.move_all(from_member, to_member)


async def test_all_of_them_move() -> None:
    first, other = await make_payment(), await make_payment()
    second = await make_payment(member=first.member)
    stays = await make_member()
    assert await _move(first.member.id, stays.id) == 2
    for payment in (first, second):
        assert (await payments.payment(stays.id, payment.id)).id == payment.id
        with pytest.raises(payments.PaymentNotFound):
            await payments.payment(first.member.id, payment.id)
    assert (await row(other))["member_id"] == other.member.id


async def test_money_that_comes_after_the_merge_is_money() -> None:
    payment, _ = await make_prepared_payment()
    await _move(payment.member.id, (await make_member()).id)
    assert (await settle(payment.number, paid(payment))).status == "paid"


async def test_verifying_a_phone_takes_the_till_members_payments_along() -> None:
    store = await make_store()
    phone = new_phone()
    gone = await make_store_member(store.id, phone)
    payment_id = await open_payment(gone, store.id, 100, 30)
    stays = await make_known_member(phone=phone)
    assert (await payments.payment(stays.id, payment_id)).amount_fen == 100
