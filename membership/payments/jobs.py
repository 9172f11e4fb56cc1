"""In the background: telling and asking the provider."""

from foundation import jobs
from membership.payments.payloads import ASK, REQUEST_REFUND, AskPayment, RequestRefund


@jobs.job(ASK)
async def ask_payment(_job: AskPayment) -> None:
    """Asks how a payment stands."""


@jobs.job(REQUEST_REFUND)
async def request_refund(_job: RequestRefund) -> None:
    """Tells the provider of a refund."""
