"""Twenty stampedes over HTTP: a thousand members, a hundred units, a hundred winners."""

import pytest
import pytest_asyncio

from foundation.sessions import Caller
from membership.flash import winning
from tests.makers import flash as stampedes
from tests.makers.mall import give_points
from tests.makers.members import make_member
from tests.membership.flash.test_flash_races_short import UNCOUNTED
from tests.serving import Served

MEMBERS, UNITS, ROUNDS = 1_000, 100, range(20)


@pytest_asyncio.fixture(scope="module")
async def crowd(service: Served) -> list[Caller]:
    """A thousand signed-in members, each with points for every round."""
    members = [await make_member() for _ in range(MEMBERS)]
    for member in members:
        await give_points(member.id, stampedes.PRICE * (len(ROUNDS) + 1))
    return [member.caller for member in members]


@pytest.mark.parametrize("_round", ROUNDS)
async def test_a_thousand_members_for_a_hundred_units(service: Served, crowd: list[Caller], _round: int) -> None:
    outcome = await stampedes.stampede(f"http://127.0.0.1:{service.port}", crowd, UNITS)
    assert outcome == {"won": UNITS, "flash_sold_out": MEMBERS - UNITS}


async def test_control_a_thousand_members_where_nobody_counts(
    service: Served, crowd: list[Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(winning, "_COUNT", UNCOUNTED)
    with pytest.raises(AssertionError):
        outcome = await stampedes.stampede(f"http://127.0.0.1:{service.port}", crowd, UNITS)
        assert outcome == {"won": UNITS, "flash_sold_out": MEMBERS - UNITS}
