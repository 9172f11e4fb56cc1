"""The painter: pictures from a process of its own, which survives what processes go through and outlives nobody."""

import asyncio
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import msgspec
import psutil
import pytest
import zxingcpp
from PIL import Image

from foundation.errors import Unavailable
from miniprogram_api import painting
from miniprogram_api.card_content import CardPicture
from miniprogram_api.card_picture import draw_card

CARD = CardPicture(
    qr="eyJhbGciOiJFZERTQSJ9" * 9,
    number="668801234567",
    level_code="gold",
    level_name="金卡",
    name="糖*妈妈",
    points=12860,
    expires_at=datetime(2025, 6, 1, 4, 5, 6, 789, tzinfo=UTC),
)
LIMIT_MEGABYTES = 120


def card(**changes: object) -> CardPicture:
    return msgspec.structs.replace(CARD, **changes)


def painters(of: int | None = None) -> list[psutil.Process]:
    return [child for child in psutil.Process(of).children() if "miniprogram_api.painter" in child.cmdline()]


def painter() -> psutil.Process:
    [only] = painters()
    return only


def gone(process: psutil.Process) -> bool:
    # Where nobody reaps orphans, they stay as zombies.
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happens():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(autouse=True)
async def begin_and_leave_without_a_painter(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    # A busy machine draws slowly; the tests of impatience set their own.
    monkeypatch.setattr(painting.painter, "patience_seconds", 60.0)
    await painting.stop()
    yield
    await painting.stop()
    assert painters() == []


async def test_it_is_the_picture_that_would_be_drawn_here() -> None:
    assert painters() == []
    assert await painting.paint(CARD) == draw_card(CARD)


async def test_pictures_at_once_come_from_one_process_and_to_whom_they_belong() -> None:
    asked = [card(qr=f"token-{at}", points=at) for at in range(30)]
    pictures = await asyncio.gather(*map(painting.paint, asked))
    assert len(painters()) == 1
    assert [read(png) for png in pictures] == [content.qr for content in asked]


def read(png: bytes) -> str:
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("RGB"))
    return str(found.text)


async def test_who_goes_away_takes_nobody_along() -> None:
    asked = [asyncio.create_task(painting.paint(card(qr=f"token-{at}"))) for at in range(12)]
    await asyncio.sleep(0)
    for task in asked[::2]:  # among them the one that started the painter
        task.cancel()
    assert [read(await task) for task in asked[1::2]] == [f"token-{at}" for at in range(1, 12, 2)]
    process = painter()
    for task in [asyncio.create_task(painting.paint(CARD)) for _ in range(10)]:
        await asyncio.sleep(0.005)
        task.cancel()
    assert read(await painting.paint(card(qr="next"))) == "next"
    assert painter() == process


async def test_what_can_not_be_drawn_is_said_and_the_next_is_drawn() -> None:
    with pytest.raises(painting.NotDrawn, match="platinum"):
        await painting.paint(card(level_code="platinum"))
    with pytest.raises(painting.NotDrawn, match="too fine"):
        await painting.paint(card(qr="x" * 1600))
    assert await painting.paint(CARD) == draw_card(CARD)


@pytest.mark.parametrize("pause", [0, 0.0005, 0.005, 0.05])
async def test_a_killed_painter_is_replaced(pause: float) -> None:
    await painting.paint(CARD)
    for _ in range(3):
        before = painter()
        before.send_signal(signal.SIGKILL)
        await asyncio.sleep(pause)
        assert await painting.paint(CARD) == draw_card(CARD)
        assert painter() != before


async def test_a_painter_killed_over_its_work_costs_no_picture() -> None:
    await painting.paint(CARD)
    asked = [asyncio.create_task(painting.paint(card(qr=f"token-{at}"))) for at in range(20)]
    await asyncio.sleep(0.05)
    painter().send_signal(signal.SIGKILL)
    assert [read(await task) for task in asked] == [f"token-{at}" for at in range(20)]


async def test_a_painter_that_never_lives_long_is_answered_with_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painting.painter, "command", (sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(Unavailable):
        await painting.paint(CARD)
    monkeypatch.setattr(painting.painter, "command", ("/nonexistent",))
    with pytest.raises(Unavailable):
        await painting.paint(CARD)
    monkeypatch.undo()
    assert await painting.paint(CARD) == draw_card(CARD)


async def test_a_hung_painter_is_replaced_and_a_busy_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    await painting.paint(CARD)
    hung = painter()
    monkeypatch.setattr(painting.painter, "patience_seconds", 0.4)
    hung.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        await painting.paint(CARD)
    assert time.monotonic() - begun < 5, "it was not waited for as long as a painter may take"
    assert within(20, lambda: gone(hung))
    monkeypatch.setattr(painting.painter, "patience_seconds", 60.0)
    await painting.paint(CARD)

    busy = painter()
    monkeypatch.setattr(painting.painter, "patience_seconds", 0.2)
    answers = await asyncio.gather(*(painting.paint(CARD) for _ in range(60)), return_exceptions=True)
    late = [answer for answer in answers if isinstance(answer, Unavailable)]
    assert late and len(late) < len(answers)
    assert painter() == busy


async def test_a_crowd_is_turned_away_at_once() -> None:
    await painting.paint(CARD)
    crowd = [asyncio.create_task(painting.paint(CARD)) for _ in range(painting.painter.most_waiting + 10)]
    done, _ = await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
    answers = await asyncio.gather(*crowd, return_exceptions=True)
    assert sum(isinstance(answer, Unavailable) for answer in answers) == 10
    assert all(isinstance(task.exception(), Unavailable) for task in done)


async def test_signals_to_the_group_do_not_disturb_it() -> None:
    await painting.paint(CARD)
    process = painter()
    for each in (signal.SIGINT, signal.SIGTERM):
        process.send_signal(each)
    assert await painting.paint(CARD) == draw_card(CARD)
    assert painter() == process


async def test_stopping_is_quick_and_leaves_nothing() -> None:
    await painting.paint(CARD)
    process = painter()
    begun = time.monotonic()
    await painting.stop()
    assert time.monotonic() - begun < 5
    assert gone(process)


PARENT = """
import asyncio
import signal
import uvloop
signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background inherits that it is ignored
from tests.miniprogram_api.test_painting import card
from miniprogram_api import painting

async def main():
    await painting.paint(card())
    print("painted", flush=True)
    await asyncio.sleep(60)

uvloop.run(main())
"""


def run_parent() -> "subprocess.Popen[str]":
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "painted\n"
    return parent


def test_it_dies_with_a_parent_that_is_killed() -> None:
    with run_parent() as parent:
        [process] = painters(parent.pid)
        parent.kill()
        assert within(20, lambda: gone(process))
        assert parent.stderr is not None and parent.stderr.read() == ""


def test_ctrl_c_to_all_prints_nothing_of_the_painter() -> None:
    with run_parent() as parent:
        [process] = painters(parent.pid)
        os.killpg(parent.pid, signal.SIGINT)
        assert within(20, lambda: gone(process))
        assert parent.stderr is not None and "painter" not in parent.stderr.read()


KILLED = """
import asyncio
import time
import psutil, uvloop
from tests.miniprogram_api.test_painting import card
from miniprogram_api import painting

async def main():
    for at in range(10):
        await painting.paint(card())
        [painter] = psutil.Process().children()
        painter.kill()
        time.sleep(at % 2 * 0.003)
        for _ in range(at % 5):
            await asyncio.sleep(0)  # the loop hears of the death in pieces, pipe by pipe
        await painting.paint(card())
    await painting.stop()

uvloop.run(main())
"""


def test_a_killed_painter_is_replaced_at_every_moment_on_the_loop_of_the_service() -> None:
    ran = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr


MEASURED = """
import sys
import psutil, uvloop
import server.app
import server.commands.serve_one
from miniprogram_api import painting
from miniprogram_api.card_content import CardPicture
from datetime import UTC, datetime

async def main():
    for level in ("standard", "silver", "gold", "diamond") * 5:
        await painting.paint(CardPicture("A" * 180, "123456789012", level, "金卡", "豆豆妈", 100, datetime.now(UTC)))
    [painter] = psutil.Process().children()
    print(psutil.Process().memory_info().rss, painter.memory_info().rss, "PIL" in sys.modules)
    await painting.stop()

uvloop.run(main())
"""


def test_an_api_process_that_has_drawn_every_card_stays_small() -> None:
    ran = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True, timeout=60)
    api, own, drawing = ran.stdout.split()
    print(f"API process {int(api) / 1e6:.0f} MB, painter {int(own) / 1e6:.0f} MB")
    assert drawing == "False", "what draws belongs into the painter only"
    assert int(api) < LIMIT_MEGABYTES * 1e6
    assert int(own) < 80e6
