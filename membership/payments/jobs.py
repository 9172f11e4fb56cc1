"""By the clock: whom the provider must be asked about."""

import msgspec

from foundation import database, jobs
from foundation.transactions import transactional
from membership.payments import asking, refunding
from membership.payments.payloads import ASK, REQUEST_REFUND, AskPayment, RequestRefund

__all__ = ["asking", "refunding"]  # they register what the steps enqueue

BATCH = 200

# The next look is written before the provider is asked: a worker that dies in between costs a minute, and a provider
# that is away is not stormed. What happened lately is asked about every minute, the rest every five.
_PAYMENTS = """
UPDATE payment SET next_ask_at = LEAST(
    CASE WHEN expires_at > now() THEN expires_at ELSE 'infinity' END,
    now() + CASE WHEN GREATEST(prepared_at, closed_at, CASE WHEN expires_at <= now() THEN expires_at END)
                      > now() - interval '15 minutes'
                 THEN interval '1 minute' ELSE interval '5 minutes' END)
 WHERE id IN (SELECT id FROM payment WHERE next_ask_at <= now() ORDER BY next_ask_at LIMIT $1 FOR UPDATE SKIP LOCKED)
 RETURNING id
"""

# A refund to a bank card may take days; one that is abnormal waits for a person.
_REFUNDS = """
UPDATE payment_refund SET next_ask_at = now() + CASE
    WHEN status = 'abnormal' THEN interval '1 day'
    WHEN created_at > now() - interval '15 minutes' THEN interval '1 minute'
    WHEN created_at > now() - interval '1 day' THEN interval '30 minutes'
    ELSE interval '6 hours' END
 WHERE id IN (SELECT id FROM payment_refund WHERE next_ask_at <= now()
              ORDER BY next_ask_at LIMIT $1 FOR UPDATE SKIP LOCKED)
 RETURNING id
"""


class Asked(msgspec.Struct, frozen=True):
    """How many jobs were sent."""

    payments: int
    refunds: int


@jobs.by_the_clock("payments.ask", "* * * * *")
async def ask_due() -> Asked:
    """Sends a job for everything that the provider is to be asked about now."""
    payments = refunds = 0
    while True:
        batch = await _ask_batch()
        payments, refunds = payments + batch.payments, refunds + batch.refunds
        if batch.payments < BATCH and batch.refunds < BATCH:
            return Asked(payments, refunds)


@transactional
async def _ask_batch() -> Asked:
    payments = await database.fetch(_PAYMENTS, BATCH)
    for row in payments:
        await jobs.enqueue(ASK, AskPayment(row["id"]))
    refunds = await database.fetch(_REFUNDS, BATCH)
    for row in refunds:
        await jobs.enqueue(REQUEST_REFUND, RequestRefund(row["id"]))
    return Asked(len(payments), len(refunds))
