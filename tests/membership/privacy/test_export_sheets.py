"""Her copy, as she reads it: what belongs together is named on both sides, what is many things has many lines."""

import csv
import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from foundation import clock
from foundation.pages import PageQuery
from foundation.transactions import transactional
from membership import authorizations, families, members, notifications, vaccinations
from membership.privacy import export_building
from tests.makers.babies import authorize, make_child, make_mother, make_relative
from tests.makers.members import make_known_member, make_member
from tests.makers.vaccinations import give

pytestmark = pytest.mark.usefixtures("world")

Sheets = dict[str, list[dict[str, str]]]


async def copied(member_id: UUID) -> tuple[dict[str, Any], Sheets, str]:
    """For programs, for her by title, and the text that says what is in it."""
    member = await members.find(member_id)
    assert member is not None
    archive = zipfile.ZipFile(io.BytesIO(await export_building.build(member)))
    sheets = {
        name.rsplit(" ", 1)[1].removesuffix(".csv"): list(
            csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig")))
        )
        for name in archive.namelist()
        if name.endswith(".csv")
    }
    return json.loads(archive.read("全部资料.json")), sheets, archive.read("README.txt").decode()


@transactional
async def remind(member_id: UUID, about: UUID, title: str) -> None:
    message = notifications.DiscreetMessage(member_id=member_id, about=(about,), title=title, body="打开看看吧。")
    assert await notifications.notify_discreetly("test_discreet", [message]) == 1


async def test_each_purpose_says_of_which_authorization_it_is() -> None:
    other = await make_mother("service", "expert")
    mother = await make_mother("service", "research", "expert")
    await authorizations.withdraw(mother.id, ["research"])
    await authorize(mother.id, "service", "marketing")
    await authorize(other.id, "service")
    whole, sheets, _ = await copied(mother.id)
    receipts, purposes = whole["母婴健康数据授权"], whole["授权用途"]
    assert [row["授权编号"] for row in receipts] == [1, 2]
    assert [(row["授权编号"], row["用途"]) for row in purposes] == [
        (1, "expert"),
        (1, "research"),
        (1, "service"),
        (2, "marketing"),
        (2, "service"),
    ]
    given = {row["授权编号"]: (row["授权时间"], row["授权书版本"]) for row in receipts}
    assert receipts[0]["授权时间"] < receipts[1]["授权时间"]
    assert [(row["授权时间"], row["授权书版本"]) for row in purposes] == [given[row["授权编号"]] for row in purposes]
    assert [row["授权编号"] for row in sheets["母婴健康数据授权"]] == ["1", "2"]
    assert [(row["授权编号"], row["用途"], row["撤回时间"] != "") for row in sheets["授权用途"]][:2] == [
        ("1", "专家咨询", False),
        ("1", "研究与改进", True),
    ]
    assert sheets["授权用途"][0]["授权时间"] == sheets["母婴健康数据授权"][0]["授权时间"] != ""


async def test_a_share_says_with_which_place_of_the_family_and_whether_it_still_holds() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    holds, _ = await make_relative(mother.id, child, "guardian")
    left, _ = await make_relative(mother.id, child)
    _, removed = await make_relative(mother.id, child)
    await families.leave(left.id)
    await families.remove(mother.id, removed)
    whole, sheets, _ = await copied(mother.id)
    told = whole["宝宝分享"]
    assert [(row["宝宝"], row["身份"], row["仍在分享"], row["结束时间"] is None) for row in told] == [
        ("小满", "guardian", True, True)
    ] + [("小满", "relative", False, False)] * 2
    joined = [row["家人加入家庭时间"] for row in told]
    assert joined == sorted(joined) and len(set(joined)) == 3
    assert [(row["身份"], row["仍在分享"], row["结束时间"] == "") for row in sheets["宝宝分享"]] == [
        ("监护人", "是", True)
    ] + [("亲属", "否", False)] * 2
    named = await members.names_masked([holds.id, left.id])
    assert [name for name in named.values() if name in str(told)] == []


async def test_each_message_about_a_baby_is_a_line_with_its_times() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    for number in range(3):
        await remind(mother.id, child, f"第{number}条")
    whole, sheets, text = await copied(mother.id)
    assert [row["消息：标题"] for row in sheets["宝宝相关消息"]] == ["第0条", "第1条", "第2条"]
    assert {(row["消息：内容"], row["消息：阅读时间"]) for row in sheets["宝宝相关消息"]} == {("打开看看吧。", "")}
    assert "宝宝相关消息.csv（3条）" in text
    assert [message["阅读时间"] for message in whole["宝宝相关消息"][0]["消息"]["消息"]] == [None] * 3
    last = next(i for i in (await notifications.inbox(mother.id, PageQuery())).items if i.title == "第2条")
    read = await notifications.mark_read(mother.id, last.id)
    assert read.read_at is not None
    _, sheets, _ = await copied(mother.id)
    minute = f"{read.read_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    assert [row["消息：阅读时间"] for row in sheets["宝宝相关消息"]] == ["", "", minute]
    assert all(
        row["消息：时间"].startswith(f"{last.created_at.astimezone(clock.SHANGHAI):%Y-%m-%d}")
        for row in sheets["宝宝相关消息"]
    )


async def test_an_empty_box_is_no_sheet() -> None:
    mother = await make_mother()
    child = await make_child(mother.id)
    await remind(mother.id, child, "收回的")
    await take_back(mother.id, child)
    _, sheets, _ = await copied(mother.id)
    assert "宝宝相关消息" not in sheets


@transactional
async def take_back(member_id: UUID, baby_id: UUID) -> None:
    assert await notifications.take_back([member_id], [baby_id]) == 1


async def test_each_dose_is_a_line_and_says_whether_it_was_given() -> None:
    mother = await make_mother()
    child = await make_child(mother.id, nickname="小满")
    birth = clock.today() - timedelta(days=100)
    await give(mother.id, child, birth, ("HepB", 1), ("BCG", 1))
    await vaccinations.skip(mother.id, child, [("DTaP", 1)])
    _, sheets, text = await copied(mother.id)
    told = [
        tuple(row[f"接种记录：{heading}"] for heading in ("类别", "预防", "剂次", "疫苗", "日期"))
        for row in sheets["疫苗接种"]
    ]
    assert told == [
        ("已接种", "乙肝", "1", "乙肝疫苗", str(birth)),
        ("已接种", "结核病", "1", "卡介苗", str(birth)),
        ("按医嘱不接种", "百白破", "1", "", ""),
    ]
    assert {(row["宝宝"], row["接种记录：免疫程序版本"]) for row in sheets["疫苗接种"]} == {("小满", "2026年版")}
    assert "疫苗接种.csv（3条）" in text


async def test_the_time_of_the_copy_has_its_zone() -> None:
    member = await make_known_member()
    whole, _, text = await copied(member.id)
    at = datetime.fromisoformat(whole["整理时间"])
    assert at.utcoffset() == timedelta(hours=8)
    assert abs(clock.now() - at) < timedelta(hours=1)
    assert f"{at:%Y-%m-%d %H:%M}（北京时间）" in text


async def test_who_has_nothing_has_no_line() -> None:
    whole, sheets, _ = await copied((await make_member()).id)
    assert (whole["宝宝相关消息"], whole["疫苗接种"]) == ([], [])
    assert not {"宝宝相关消息", "疫苗接种"} & sheets.keys()
