"""The states of a payment and of a refund, and which may follow which; the database's triggers say the same."""

from enum import StrEnum


class Status(StrEnum):
    """Of a payment."""

    PENDING = "pending"
    PAID = "paid"
    CLOSING = "closing"
    """Closed with us; the provider has yet to say that nobody can pay it any more."""
    CLOSED = "closed"
    LATE = "late"
    """Money came after it was closed; it goes back by itself."""
    DISPUTED = "disputed"
    """Money came that does not fit; a person decides."""


class RefundStatus(StrEnum):
    """Of a refund."""

    REQUESTED = "requested"
    PROCESSING = "processing"
    ABNORMAL = "abnormal"
    """The provider can't bring it to her (a card that is gone); a person must help there."""
    SUCCEEDED = "succeeded"
    CLOSED = "closed"
    """It did not happen, and never will under this number."""


OPEN = (Status.PENDING, Status.CLOSING)

FOLLOWS: dict[Status, tuple[Status, ...]] = {
    Status.PENDING: (Status.PAID, Status.CLOSING, Status.CLOSED, Status.DISPUTED),
    Status.PAID: (),
    Status.CLOSING: (Status.CLOSED, Status.LATE, Status.DISPUTED),
    Status.CLOSED: (Status.LATE, Status.DISPUTED),
    Status.LATE: (),
    Status.DISPUTED: (),
}

REFUND_FOLLOWS: dict[RefundStatus, tuple[RefundStatus, ...]] = {
    RefundStatus.REQUESTED: (
        RefundStatus.PROCESSING,
        RefundStatus.ABNORMAL,
        RefundStatus.SUCCEEDED,
        RefundStatus.CLOSED,
    ),
    RefundStatus.PROCESSING: (RefundStatus.ABNORMAL, RefundStatus.SUCCEEDED, RefundStatus.CLOSED),
    RefundStatus.ABNORMAL: (RefundStatus.PROCESSING, RefundStatus.SUCCEEDED, RefundStatus.CLOSED),
    RefundStatus.SUCCEEDED: (),
    RefundStatus.CLOSED: (),
}
