"""Authorizations: 《母婴健康数据授权书》, purpose by purpose.

A guardian ticks what her children's data and her pregnancy may be used for, confirms that she is the guardian, and
gets a receipt; it is valid for as long as the text says. Taking back a purpose, or all of it, acts on the next read:
`STANDING` is a condition that every reading statement contains. Who refused is left in peace for thirty days, and
nothing but what needs these data asks for it.
"""

from membership.authorizations import replaying  # noqa: F401  # who lays stones must know them
from membership.authorizations.actions import answer, move_all, withdraw, withdraw_all
from membership.authorizations.errors import (
    AuthorizationOutdated,
    AuthorizationRequired,
    GuardianNotConfirmed,
    ReceiptNotFound,
)
from membership.authorizations.models import PURPOSES, Purpose
from membership.authorizations.queries import (
    AuthorizationView,
    OpenAuthorization,
    PurposeText,
    ReceiptLine,
    ReceiptState,
    ReceiptView,
    TextView,
    Tick,
    authorization,
    receipt,
    receipts,
    text,
)
from membership.authorizations.running_out import Ending, ending, hold_ending, outdated
from membership.authorizations.standing import COUNTS, STANDING, STANDING_SINCE, stands

__all__ = [
    "COUNTS",
    "PURPOSES",
    "STANDING",
    "STANDING_SINCE",
    "AuthorizationOutdated",
    "AuthorizationRequired",
    "AuthorizationView",
    "Ending",
    "GuardianNotConfirmed",
    "OpenAuthorization",
    "Purpose",
    "PurposeText",
    "ReceiptLine",
    "ReceiptNotFound",
    "ReceiptState",
    "ReceiptView",
    "TextView",
    "Tick",
    "answer",
    "authorization",
    "ending",
    "hold_ending",
    "move_all",
    "outdated",
    "receipt",
    "receipts",
    "stands",
    "text",
    "withdraw",
    "withdraw_all",
]
