"""Purchases: what tills send, and what it gives.

A sale or a return is stored as it came, under its sender's own number, and acted on by a job. For every receipt the job
computes from the set of its events what it should have given, and posts only the difference to what it posted before;
so a return may come before its sale, twice, in parts or late, and the result is the same.
"""

from membership.purchases.actions import Accepted, Return, Sale, accept_return, accept_sale
from membership.purchases.errors import PurchaseNotFound
from membership.purchases.pieces import PIECES
from membership.purchases.queries import EventStatus, has_bought, kept_since, status_of
from membership.purchases.settlement import claim_waiting, move_all
from membership.purchases.targets import Line

__all__ = [
    "PIECES",
    "Accepted",
    "EventStatus",
    "Line",
    "PurchaseNotFound",
    "Return",
    "Sale",
    "accept_return",
    "accept_sale",
    "claim_waiting",
    "has_bought",
    "kept_since",
    "move_all",
    "status_of",
]
