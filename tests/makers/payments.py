"""Makers: payments of a purpose of the tests' own, paid at the stand-in; and what their owner heard."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from foundation import database, job_worker, jobs
from foundation.ids import new_id
from foundation.transactions import transactional
from membership import payments
from membership.payments.port import Answer, Found, Money
from membership.payments.settling import settle
from tests.makers.members import MadeMember, make_member

PURPOSE = "test_purpose"

HEARD: list[tuple[str, payments.PaymentEvent | payments.RefundEvent]] = []
"""What owners heard: the kind, and the payload."""


@jobs.job("test_purpose.paid")
async def _paid(event: payments.PaymentEvent) -> None:
    HEARD.append(("paid", event))


@jobs.job("test_purpose.closed")
async def _closed(event: payments.PaymentEvent) -> None:
    HEARD.append(("closed", event))


@jobs.job("test_purpose.refunded")
async def _refunded(event: payments.RefundEvent) -> None:
    HEARD.append(("refunded", event))


payments.register_purpose(
    PURPOSE, paid_job="test_purpose.paid", closed_job="test_purpose.closed", refunded_job="test_purpose.refunded"
)


def heard(payment_id: UUID) -> list[str]:
    """The kinds of what was heard of a payment, in order."""
    return [kind for kind, event in HEARD if event.payment_id == payment_id]


class MadePayment(msgspec.Struct, frozen=True):
    """A payment, whose it is, and our number of it at the provider."""

    id: UUID
    member: MadeMember
    subject_id: UUID
    amount_fen: int

    @property
    def number(self) -> str:
        return self.id.hex


@transactional
async def open_payment(
    member_id: UUID, subject_id: UUID, amount_fen: int, minutes: float, *, virtual: bool = False
) -> UUID:
    return await payments.open(
        PURPOSE,
        subject_id,
        member_id,
        amount_fen,
        description="一段奶粉勺",
        expires_at=datetime.now(UTC) + timedelta(minutes=minutes),
        virtual=virtual,
    )


async def make_payment(amount_fen: int = 1990, *, member: MadeMember | None = None, minutes: float = 30) -> MadePayment:
    """A payment that waits for its member."""
    member = member or await make_member()
    subject_id = new_id()
    return MadePayment(await open_payment(member.id, subject_id, amount_fen, minutes), member, subject_id, amount_fen)


async def make_prepared_payment(amount_fen: int = 1990) -> tuple[MadePayment, str]:
    """A payment that the provider knows, and its prepay id."""
    payment = await make_payment(amount_fen)
    return payment, await prepare(payment)


async def make_paid_payment(amount_fen: int = 1990) -> MadePayment:
    """A payment that is paid, as if the provider had said so."""
    payment, _ = await make_prepared_payment(amount_fen)
    await settle(payment.number, paid(payment))
    return payment


async def prepare(payment: MadePayment) -> str:
    """Her mini-program prepares the payment; the prepay id."""
    parameters = await payments.prepare(payment.member.id, payment.id)
    return parameters.package.removeprefix("prepay_id=")


async def pay(standin: httpx.AsyncClient, prepay_id: str, **otherwise: object) -> list[int]:
    """She pays in WeChat; how our door answered the notifications."""
    return (await order(standin, "payments", prepay_id=prepay_id, **otherwise))["answers"]


async def order(standin: httpx.AsyncClient, what: str, **body: object) -> dict[str, Any]:
    """An order to the stand-in's control plane."""
    reply = await standin.post(f"/__ctl/{what}", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


def paid(payment: MadePayment, **otherwise: Any) -> Answer:
    """What the provider says of a payment that was paid as agreed, but for what is given."""
    money = Money(
        transaction_id=f"42{payment.number}",
        amount_fen=payment.amount_fen,
        currency="CNY",
        payer=payment.member.openid,
        paid_at=datetime.now(UTC),
        ours=True,
    )
    return Answer(Found.PAID, msgspec.structs.replace(money, **otherwise))


@transactional
async def refund(payment_id: UUID, amount_fen: int, key: str | None = None) -> UUID:
    return await payments.refund(payment_id, amount_fen, key or uuid4().hex, "测试退款")


@transactional
async def close(payment_id: UUID) -> None:
    await payments.close(payment_id)


async def work() -> None:
    """Runs every job that is due."""
    await job_worker.drain(database.pool())


async def make_due(payment: MadePayment) -> None:
    """The minute is over after which the provider is asked."""
    for table, column in (("payment", "id"), ("payment_refund", "payment_id")):
        await database.execute(
            f"UPDATE {table} SET next_ask_at = now() WHERE {column} = $1 AND next_ask_at IS NOT NULL",  # noqa: S608
            payment.id,
        )


async def row(payment: MadePayment) -> dict[str, Any]:
    """The payment as it is stored."""
    found = await database.fetchrow("SELECT * FROM payment WHERE id = $1", payment.id)
    assert found is not None
    return dict(found)


async def refunds(payment: MadePayment) -> Sequence[dict[str, Any]]:
    """Its refunds, the oldest first."""
    rows = await database.fetch("SELECT * FROM payment_refund WHERE payment_id = $1 ORDER BY id", payment.id)
    return [dict(each) for each in rows]


async def incidents(payment: MadePayment) -> list[str]:
    """The kinds of its incidents."""
    rows = await database.fetch("SELECT kind FROM payment_incident WHERE payment_id = $1 ORDER BY id", payment.id)
    return [each["kind"] for each in rows]
