"""The machine: its table is whole, the database knows the same states, and every refusal says why."""

import re

import pytest

from foundation import database
from membership.catalogue import Fulfilment
from membership.mall import errors, machine
from membership.mall.machine import Status, Verb, Who

pytestmark = pytest.mark.usefixtures("world")


def reachable(kind: Fulfilment) -> set[Status]:
    first = {Status.AWAITING_PAYMENT}
    while True:
        more = {way.to for way in machine.TRANSITIONS if kind in way.kinds and way.status in first} - first
        if not more:
            return first
        first |= more


def test_each_kind_has_its_own_states() -> None:
    ended = {Status.AWAITING_PAYMENT, Status.CANCELLED}
    assert reachable(Fulfilment.PICKUP) == ended | {Status.RESERVED, Status.HANDED_OVER}
    assert reachable(Fulfilment.DELIVERY) == ended | {
        Status.TO_SHIP,
        Status.SHIPPED,
        Status.DELIVERED,
        Status.RETURN_REQUESTED,
        Status.RETURNED,
    }
    assert reachable(Fulfilment.VIRTUAL) == reachable(Fulfilment.COUPON) == ended | {Status.DELIVERED}


def test_no_way_is_there_twice() -> None:
    ways = [(way.status, way.verb, who, kind) for way in machine.TRANSITIONS for who in way.who for kind in way.kinds]
    assert len(ways) == len(set(ways))


async def test_the_database_knows_the_same_states_and_kinds() -> None:
    rows = await database.fetch(
        "SELECT conname, pg_get_constraintdef(oid) AS says FROM pg_constraint WHERE conname LIKE 'redemption_status%'"
    )
    says = {row["conname"]: set(re.findall(r"'(\w+)'", row["says"])) for row in rows}
    assert says["redemption_status"] == {status.value for status in Status}
    assert says["redemption_status_fits_its_kind"] == {each.value for each in (*Status, *Fulfilment)}


@pytest.mark.parametrize("kind", [Fulfilment.VIRTUAL, Fulfilment.COUPON])
def test_what_is_had_at_once_never_comes_back(kind: Fulfilment) -> None:
    for verb in Verb:
        for who in Who:
            with pytest.raises(errors.Problem):
                machine.target(Status.DELIVERED, verb, who, kind)


@pytest.mark.parametrize(
    ("status", "verb", "who", "kind", "refusal"),
    [
        (Status.SHIPPED, Verb.CANCEL, Who.MEMBER, Fulfilment.DELIVERY, errors.AlreadyShipped),
        (Status.RESERVED, Verb.SHIP, Who.STAFF, Fulfilment.PICKUP, errors.NotShippedYet),
        (Status.TO_SHIP, Verb.CANCEL, Who.CLOCK, Fulfilment.DELIVERY, errors.NotShippedYet),
        (Status.AWAITING_PAYMENT, Verb.HAND_OVER, Who.STAFF, Fulfilment.PICKUP, errors.NotPaidYet),
        (Status.AWAITING_PAYMENT, Verb.PAY, Who.MEMBER, Fulfilment.PICKUP, errors.NotPaidYet),
        (Status.HANDED_OVER, Verb.REQUEST_RETURN, Who.MEMBER, Fulfilment.PICKUP, errors.AlreadyHandedOver),
        (Status.DELIVERED, Verb.RECEIVE_RETURN, Who.STAFF, Fulfilment.DELIVERY, errors.ReturnNotRequested),
        (Status.RETURNED, Verb.RECEIVE_RETURN, Who.STAFF, Fulfilment.DELIVERY, errors.AlreadyReturned),
        (Status.RETURN_REQUESTED, Verb.CONFIRM, Who.MEMBER, Fulfilment.DELIVERY, errors.ReturnUnderWay),
        (Status.CANCELLED, Verb.SHIP, Who.STAFF, Fulfilment.DELIVERY, errors.AlreadyCancelled),
    ],
)
def test_refusals_say_why(
    status: Status, verb: Verb, who: Who, kind: Fulfilment, refusal: type[errors.Problem]
) -> None:
    with pytest.raises(refusal):
        machine.target(status, verb, who, kind)
