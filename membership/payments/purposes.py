"""What payments are for: each owner registers its purpose and the jobs by which it hears of results."""

from uuid import UUID

import msgspec

from foundation import jobs
from foundation.transactions import within_transaction


class Purpose(msgspec.Struct, frozen=True):
    """Names of jobs. They are enqueued in the transaction that writes the result, and may run twice."""

    paid_job: str
    closed_job: str | None = None
    refunded_job: str | None = None


class PaymentEvent(msgspec.Struct, frozen=True):
    """The payload of `paid_job` and `closed_job`."""

    payment_id: UUID
    subject_id: UUID


class RefundEvent(msgspec.Struct, frozen=True):
    """The payload of `refunded_job`: this refund has arrived. `key` is the owner's."""

    payment_id: UUID
    subject_id: UUID
    refund_id: UUID
    key: str
    amount_fen: int


_purposes: dict[str, Purpose] = {}


def register_purpose(
    code: str, *, paid_job: str, closed_job: str | None = None, refunded_job: str | None = None
) -> None:
    """Says who hears of payments for `code` (≤ 32 characters); called once, where the jobs are registered.

    `paid_job` and `closed_job` take a `PaymentEvent`, `refunded_job` a `RefundEvent`. `closed_job` is for what ends by
    itself (expired, disputed): an owner who calls `close` knows.
    """
    assert code not in _purposes, f"two purposes are called {code}"
    _purposes[code] = Purpose(paid_job, closed_job, refunded_job)


def is_registered(code: str) -> bool:
    return code in _purposes


@within_transaction
async def tell_paid(code: str, event: PaymentEvent) -> None:
    """The owner hears that its payment is paid."""
    await jobs.enqueue(_purposes[code].paid_job, event)


@within_transaction
async def tell_closed(code: str, event: PaymentEvent) -> None:
    """The owner hears that nobody will pay any more."""
    if (name := _purposes[code].closed_job) is not None:
        await jobs.enqueue(name, event)


@within_transaction
async def tell_refunded(code: str, event: RefundEvent) -> None:
    """The owner hears that a refund has arrived."""
    if (name := _purposes[code].refunded_job) is not None:
        await jobs.enqueue(name, event)
