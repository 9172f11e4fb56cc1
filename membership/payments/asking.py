"""Asking the provider how a payment stands: what heals a lost notification, and closes what was given up."""

import structlog

from foundation import database, jobs
from membership.payments import providers
from membership.payments.errors import PaymentUnavailable
from membership.payments.machine import OPEN, Status
from membership.payments.payloads import ASK, AskPayment
from membership.payments.port import Answer, Found, PaymentProvider, ProviderRefused
from membership.payments.settling import settle

log = structlog.get_logger("payments")


@jobs.job(ASK)
async def ask_payment(job: AskPayment) -> None:
    """Asks, closes there what is closed here, and settles. Without an answer, the clock sends this job again."""
    row = await database.fetchrow(
        "SELECT out_trade_no, provider, status, prepared_at IS NOT NULL AS prepared,"
        " expires_at < now() - interval '10 minutes' AS overdue FROM payment WHERE id = $1",
        job.payment_id,
    )
    if row is None or row["status"] not in OPEN:
        return
    number = row["out_trade_no"]
    if not row["prepared"]:
        await settle(number, Answer(Found.NOTHING))
        return
    try:
        answer = await _ask(providers.named(row["provider"]), number, close=row["status"] == Status.CLOSING)
    except (PaymentUnavailable, ProviderRefused) as error:
        log.warning("payment_without_answer", payment=str(job.payment_id), error=type(error).__name__)
        if row["status"] == Status.PENDING and row["overdue"]:
            # What the goods wait for must not wait for ever; money that came all the same goes back by itself.
            await settle(number, Answer(Found.UNPAID))
        return
    await settle(number, answer)


async def _ask(provider: PaymentProvider, number: str, *, close: bool) -> Answer:
    answer = await provider.ask(number)
    if not (close and answer.found is Found.UNPAID):
        return answer
    await provider.close(number)
    return Answer(Found.CLOSED)
