"""Chinese text in Latin letters, by phrases."""

import asyncio

import psutil
import pytest

from foundation import pinyin
from foundation.pinyin_shapes import Spelling


@pytest.mark.parametrize(
    ("text", "syllables", "initials"),
    [
        ("音乐", "yinyue", "yy"),
        ("快乐", "kuaile", "kl"),
        ("3段奶粉", "3duannaifen", "3dnf"),
        ("", "", ""),
        ("a", "a", "a"),
    ],
)
async def test_it_spells_by_phrases(text: str, syllables: str, initials: str) -> None:
    assert await pinyin.spell(text) == Spelling(syllables, initials)


async def test_many_share_one_process_and_none_stays_behind() -> None:
    spelt = await asyncio.gather(*(pinyin.spell("触感布书") for _ in range(20)))
    assert {each.initials for each in spelt} == {"cgbs"}
    workers = [child for child in psutil.Process().children() if "foundation.pinyin_worker" in child.cmdline()]
    assert len(workers) == 1
    await pinyin.stop()
    assert not [child for child in psutil.Process().children() if "foundation.pinyin_worker" in child.cmdline()]
    assert (await pinyin.spell("书")).syllables == "shu", "the next one starts it again"
