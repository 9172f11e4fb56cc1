"""`muying tombstones replay`: what an operator reads while it is at it."""

from collections.abc import Callable

import pytest

from membership import privacy
from server import tombstones


async def test_it_says_what_it_is_at_and_in_the_end_what_came_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def replay(*, all_days: bool, heard: Callable[[str], object]) -> privacy.Replayed:
        assert all_days
        for number in (1, 2, 3):
            heard(f"erasing member {number} of 3")
        return privacy.Replayed(members=3, babies=0, taken_away=1, read=9, forged=0, failed=0, incomplete=False)

    monkeypatch.setattr(privacy, "replay", replay)
    monkeypatch.setattr(tombstones, "TELL_SECONDS", -1.0)
    (last,) = await tombstones.replay(all_days=True)
    assert last.startswith("9 tombstones read; 3 members and 0 babies were back")
    written = capsys.readouterr()
    assert written.err.splitlines() == [f"erasing member {number} of 3 …" for number in (1, 2, 3)]
    assert written.out == "", "the start of the service logs what stands there"


async def test_a_replay_tells_each_of_its_parts(world: object) -> None:
    told: list[str] = []
    await privacy.replay(heard=told.append)
    assert (told[0], told[-1]) == ("reading the tombstones", "reading what else was taken away")
