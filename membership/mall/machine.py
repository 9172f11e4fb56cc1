"""The states of an order and the only ways from one to another: who may do what, from where, to where.

    pick-up    (awaiting_payment →) reserved → handed_over
    delivery   (awaiting_payment →) to_ship → shipped → delivered → return_requested → returned
    at once    (awaiting_payment →) delivered                                     (virtual goods and coupons)

and `cancelled` from wherever the table below says. Money and points are given back by whoever makes the last step.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from foundation.errors import Problem
from membership.catalogue import Fulfilment
from membership.mall.errors import (
    AlreadyCancelled,
    AlreadyDelivered,
    AlreadyHandedOver,
    AlreadyReturned,
    AlreadyShipped,
    NotPaidYet,
    NotShippedYet,
    ReturnNotRequested,
    ReturnTooLate,
    ReturnUnderWay,
)

RETURN_WITHIN = timedelta(days=7)


class Status(StrEnum):
    """Where an order stands. A redemption is reserved first, and ends handed over or cancelled."""

    AWAITING_PAYMENT = "awaiting_payment"
    RESERVED = "reserved"
    HANDED_OVER = "handed_over"
    TO_SHIP = "to_ship"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURN_REQUESTED = "return_requested"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    """What can happen to an order."""

    PAY = "pay"
    CANCEL = "cancel"
    HAND_OVER = "hand_over"
    SHIP = "ship"
    CONFIRM = "confirm"
    REQUEST_RETURN = "request_return"
    RECEIVE_RETURN = "receive_return"
    REFUSE_RETURN = "refuse_return"


class Who(StrEnum):
    """By whom: the mother, the staff, the payment that came, or the clock."""

    MEMBER = "member"
    STAFF = "staff"
    PAYMENT = "payment"
    CLOCK = "clock"


PICKUP = frozenset({Fulfilment.PICKUP})
DELIVERY = frozenset({Fulfilment.DELIVERY})
AT_ONCE = frozenset({Fulfilment.VIRTUAL, Fulfilment.COUPON})
EVERY_KIND = PICKUP | DELIVERY | AT_ONCE


class Transition(msgspec.Struct, frozen=True):
    """One way from one state to another."""

    status: Status
    verb: Verb
    to: Status
    who: frozenset[Who]
    kinds: frozenset[Fulfilment]


def _way(status: Status, verb: Verb, to: Status, who: set[Who], kinds: frozenset[Fulfilment]) -> Transition:
    return Transition(status, verb, to, frozenset(who), kinds)


TRANSITIONS = (
    _way(Status.AWAITING_PAYMENT, Verb.PAY, Status.RESERVED, {Who.PAYMENT}, PICKUP),
    _way(Status.AWAITING_PAYMENT, Verb.PAY, Status.TO_SHIP, {Who.PAYMENT}, DELIVERY),
    _way(Status.AWAITING_PAYMENT, Verb.PAY, Status.DELIVERED, {Who.PAYMENT}, AT_ONCE),
    _way(
        Status.AWAITING_PAYMENT,
        Verb.CANCEL,
        Status.CANCELLED,
        {Who.MEMBER, Who.STAFF, Who.CLOCK, Who.PAYMENT},
        EVERY_KIND,
    ),
    _way(Status.RESERVED, Verb.HAND_OVER, Status.HANDED_OVER, {Who.STAFF}, PICKUP),
    _way(Status.RESERVED, Verb.CANCEL, Status.CANCELLED, {Who.MEMBER, Who.STAFF, Who.CLOCK}, PICKUP),
    _way(Status.TO_SHIP, Verb.SHIP, Status.SHIPPED, {Who.STAFF}, DELIVERY),
    _way(Status.TO_SHIP, Verb.CANCEL, Status.CANCELLED, {Who.MEMBER, Who.STAFF}, DELIVERY),
    _way(Status.SHIPPED, Verb.CONFIRM, Status.DELIVERED, {Who.MEMBER, Who.CLOCK}, DELIVERY),
    _way(Status.SHIPPED, Verb.REQUEST_RETURN, Status.RETURN_REQUESTED, {Who.MEMBER}, DELIVERY),
    _way(Status.DELIVERED, Verb.REQUEST_RETURN, Status.RETURN_REQUESTED, {Who.MEMBER}, DELIVERY),
    _way(Status.RETURN_REQUESTED, Verb.RECEIVE_RETURN, Status.RETURNED, {Who.STAFF}, DELIVERY),
    _way(Status.RETURN_REQUESTED, Verb.REFUSE_RETURN, Status.DELIVERED, {Who.STAFF}, DELIVERY),
)

ENDED = (Status.CANCELLED, Status.HANDED_OVER, Status.RETURNED)

REFUSALS: dict[Status, type[Problem]] = {
    Status.AWAITING_PAYMENT: NotPaidYet,
    Status.RESERVED: NotShippedYet,
    Status.HANDED_OVER: AlreadyHandedOver,
    Status.TO_SHIP: NotShippedYet,
    Status.SHIPPED: AlreadyShipped,
    Status.DELIVERED: AlreadyDelivered,
    Status.RETURN_REQUESTED: ReturnUnderWay,
    Status.RETURNED: AlreadyReturned,
    Status.CANCELLED: AlreadyCancelled,
}
"""What is said of a state from which a verb leads nowhere."""


def target(status: Status, verb: Verb, who: Who, kind: Fulfilment) -> Status:
    """Where the verb leads from here. Raises why it does not."""
    for way in TRANSITIONS:
        if way.status is status and way.verb is verb and who in way.who and kind in way.kinds:
            return way.to
    raise _refusal(status, verb)


def require_in_time(now: datetime, shipped_at: datetime, delivered_at: datetime | None) -> None:
    """A return is asked for within seven days of the delivery. Raises `ReturnTooLate`."""
    if now >= return_until(shipped_at, delivered_at):
        raise ReturnTooLate


def return_until(shipped_at: datetime, delivered_at: datetime | None) -> datetime:
    """Until when a return can be asked for; of what nobody said to have arrived, counted from its shipping."""
    return (delivered_at or shipped_at) + RETURN_WITHIN


def _refusal(status: Status, verb: Verb) -> Problem:
    if status not in ENDED and verb in (Verb.RECEIVE_RETURN, Verb.REFUSE_RETURN):
        return ReturnNotRequested()
    return REFUSALS[status]()
