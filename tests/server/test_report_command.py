"""`muying report` and `muying tombstones`: what an operator gives and gets."""

import argparse

import pytest

from foundation import clock
from foundation.errors import Unavailable
from foundation.startup import CannotStart
from membership import privacy
from server import cli, tombstones
from server.commands import report

pytestmark = pytest.mark.usefixtures("world")


@pytest.mark.parametrize("year", [0, 1999, clock.today().year + 1, 99999])
def test_a_year_that_is_none_is_a_sentence(year: int) -> None:
    with pytest.raises(CannotStart, match="The year must be one from"):
        report.run(argparse.Namespace(what="minors", year=year))


def test_what_is_left_out_is_a_usage() -> None:
    for arguments in (["report", "minors"], ["report", "adults", "--year", "2026"], ["tombstones"]):
        with pytest.raises(SystemExit):
            cli.main(arguments)


async def test_the_replay_says_how_many() -> None:
    (told,) = await tombstones.replay(all_days=True)
    assert told.endswith(
        "0 members and 0 babies were back, and are erased; 0 other withdrawals were undone, and hold again."
    )


async def test_a_store_that_is_away_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(**_said: object) -> privacy.Replayed:
        raise Unavailable

    monkeypatch.setattr(privacy, "replay", away)
    with pytest.raises(CannotStart, match="can't be reached"):
        await tombstones.replay(all_days=False)
