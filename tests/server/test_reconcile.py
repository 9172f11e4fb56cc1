"""The proof names what breaks an invariant, and reads whole tables without being hurried by its own limit."""

import pytest

from foundation.invariants import Invariant
from server.reconcile import BROKEN, MOST_NAMED, broken, invariants

pytestmark = pytest.mark.usefixtures("world")


async def test_what_breaks_it_is_named_twenty_at_most() -> None:
    two = Invariant("test.two", "", "SELECT n AS id, n * 2 AS points FROM generate_series(1, 2) n WHERE n > 0")
    assert await broken(two) == ["id=1 points=2", "id=2 points=4"]
    many = Invariant("test.many", "", "SELECT n AS id FROM generate_series(1, 100) n")
    assert len(await broken(many)) == MOST_NAMED
    assert await broken(Invariant("test.none", "", "SELECT 1 AS id WHERE false")) == []


def test_the_limit_does_not_choose_the_plan() -> None:
    assert "MATERIALIZED" in BROKEN


async def test_every_invariant_can_be_asked() -> None:
    names = [invariant.name for invariant in invariants()]
    assert sorted(set(names)) == sorted(names)
    for invariant in invariants():
        await broken(invariant)
