"""A copy of everything: what the map names, by Chinese headings, hers alone, fetched once."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from foundation import clock, data_map, database, files
from foundation.errors import NotFound
from foundation.transactions import transactional
from membership import addresses, babies, growth, members, notifications, privacy, surveys
from membership.growth import Measurement
from membership.privacy import export_building, export_jobs, exports
from membership.privacy.exports import ExportAsked
from membership.surveys import TextQuestion
from tests.makers import addresses as made_addresses
from tests.makers.babies import authorize, make_child, make_plan, make_pregnancy
from tests.makers.export_races import ready_export
from tests.makers.members import MadeMember, make_known_member, make_member
from tests.makers.privacy import delete_now
from tests.makers.surveys import make_survey
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("world")


async def fetched(member_id: UUID) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(await exports.download(member_id, await ready_export(member_id))))


def whole(archive: zipfile.ZipFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(archive.read("全部资料.json"))
    return found


def sheet(archive: zipfile.ZipFile, title: str) -> list[dict[str, str]]:
    (name,) = (name for name in archive.namelist() if name.endswith(f" {title}.csv"))
    text = archive.read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


async def make_full_member() -> MadeMember:
    """With a phone, a profile that looks like a formula, an address, a child and a measurement."""
    mother = await make_known_member(nickname="=1+1")
    await authorize(mother.id)
    await addresses.add(mother.id, made_addresses.address("@SUM(A1)弄3号"))
    child = await make_child(mother.id, nickname="小满", sex="girl", allergies=("egg", "cow_milk_protein"))
    birth = await database.fetchval("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date - 50")
    await growth.record(
        mother.id, child, Measurement(measured_on=birth, weight_g=4321, length_mm=550, posture="lying", confirmed=True)
    )
    return mother


async def test_everything_of_hers_is_in_it_and_nothing_of_others() -> None:
    other = await make_full_member()
    mother = await make_full_member()
    archive = await fetched(mother.id)
    content = whole(archive)
    (account,) = content["账号"]
    assert (account["手机号"], account["会员号"]) == (mother.phone, mother.number)
    assert account["个人资料"]["昵称"] == "=1+1"
    assert content["收货地址"][0]["地址"]["详细地址"] == "@SUM(A1)弄3号"
    (baby,) = content["宝宝档案"]
    assert (baby["宝宝资料"]["昵称"], baby["宝宝资料"]["过敏"]) == ("小满", ["cow_milk_protein", "egg"])
    assert [row["测量"]["体重（克）"] for row in content["生长记录"]] == [4321]
    assert content["微信登录"][0]["微信标识（openid）"] == mother.openid
    assert content["积分明细"][0]["变动"] > 0
    assert [row["用途"] for row in content["授权用途"]] == ["service"]
    everything = "".join(archive.read(name).decode() for name in archive.namelist())
    for strange in (other.phone, other.number, other.openid, str(other.id)):
        assert strange is not None
        assert strange not in everything
    assert "（无法读取）" not in everything


async def test_she_reads_words_yuan_and_her_own_time() -> None:
    mother = await make_full_member()
    await database.execute("UPDATE member SET created_at = '2026-03-01 16:30:00+00' WHERE id = $1", mother.id)
    await make_payment(mother.id, 1250)
    archive = await fetched(mother.id)
    (baby,) = sheet(archive, "宝宝档案")
    assert (baby["宝宝资料：性别"], baby["宝宝资料：过敏"]) == ("女", "牛奶蛋白、鸡蛋")
    (measured,) = sheet(archive, "生长记录")
    assert (measured["宝宝"], measured["测量：测量姿势"], measured["测量：已确认"]) == ("小满", "躺着量", "是")
    assert [row["用途"] for row in sheet(archive, "授权用途")] == ["育儿服务"]
    assert sheet(archive, "母婴健康数据授权")[0]["确认为监护人"] == "是"
    assert sheet(archive, "账号")[0]["注册时间"] == "2026-03-02 00:30"
    (payment,) = sheet(archive, "支付记录")
    assert (payment["金额（元）"], payment["状态"]) == ("12.50", "待支付")
    content = whole(archive)
    assert (content["支付记录"][0]["金额（分）"], content["支付记录"][0]["状态"]) == (1250, "pending")
    assert content["宝宝档案"][0]["宝宝资料"]["性别"] == "girl"
    words = json.loads(archive.read("字典.json"))
    assert words["宝宝档案"]["宝宝资料：性别"] == {"girl": "女", "boy": "男"}
    assert words["支付记录"]["状态"]["pending"] == "待支付"


async def test_a_plan_is_in_it_as_what_it_is() -> None:
    mother = await make_known_member()
    await authorize(mother.id)
    await make_plan(mother.id, "小星星")
    archive = await fetched(mother.id)
    (baby,) = sheet(archive, "宝宝档案")
    assert (baby["宝宝资料：昵称"], baby["宝宝资料：备孕"]) == ("小星星", "是")
    assert not any(value for name, value in baby.items() if name in ("宝宝资料：预产期", "宝宝资料：出生日期"))


async def make_payment(member_id: UUID, amount_fen: int) -> None:
    """A payment of hers, written past the guards: its amount and state alone matter."""
    await database.execute(
        "INSERT INTO payment (id, member_id, subject_id, purpose, provider, amount_fen, description,"
        " out_trade_no, status, expires_at, next_ask_at)"
        " VALUES (gen_random_uuid(), $1, gen_random_uuid(), 'redemption', 'wechat_pay', $2, '兑换',"
        " left(md5(random()::text), 30), 'pending', now() + interval '1 hour', now() + interval '1 hour')",
        member_id,
        amount_fen,
    )


async def test_what_she_typed_is_left_as_she_typed_it() -> None:
    """Also when it looks like something of a program's."""
    member = await make_member()
    await database.execute(
        "INSERT INTO notification (id, member_id, kind, key, title, body)"
        " VALUES (gen_random_uuid(), $1, 'test', 'typed', '[1]', '{\"a\": 2}')",
        member.id,
    )
    archive = await fetched(member.id)
    assert [(row["标题"], row["内容"]) for row in whole(archive)["消息"]] == [("[1]", '{"a": 2}')]
    assert [(row["标题"], row["内容"]) for row in sheet(archive, "消息")] == [("[1]", '{"a": 2}')]


async def test_a_spreadsheet_reads_each_sheet_as_chinese() -> None:
    archive = await fetched((await make_full_member()).id)
    names = [name for name in archive.namelist() if name.endswith((".csv", ".txt"))]
    assert len(names) > 8
    assert [name for name in names if not archive.read(name).startswith(b"\xef\xbb\xbf")] == []


async def test_a_text_says_what_each_file_is() -> None:
    archive = await fetched((await make_full_member()).id)
    text = archive.read("README.txt").decode("utf-8-sig")
    for name in archive.namelist():
        assert name == "README.txt" or name.removeprefix("表格/") in text, name
    assert "已收起" not in text, "of what she did not put away nothing is said"


@transactional
async def remind(member_id: UUID, about: UUID) -> None:
    message = notifications.DiscreetMessage(member_id=member_id, about=(about,), title="接种", body="打开看看吧。")
    assert await notifications.notify_discreetly("test_discreet", [message]) == 1


async def test_a_key_that_does_not_open_costs_only_what_it_seals() -> None:
    """Of one child of hers, of her discreet messages, or of both: all else is in her copy."""
    mother = await make_full_member()
    (child,) = await babies.babies_of(mother.id)
    await make_child(mother.id, nickname="大宝")
    await remind(mother.id, child.id)
    assert "（无法读取）" not in json.dumps(whole(await fetched(mother.id)), ensure_ascii=False)
    for damage in (
        "UPDATE discreet_inbox SET data_key = set_byte(data_key, 40, get_byte(data_key, 40) # 1) WHERE member_id = $1",
        "UPDATE baby SET data_key = set_byte(data_key, 40, get_byte(data_key, 40) # 1) WHERE id = $1",
    ):
        await database.execute(damage, child.id if "baby" in damage else mother.id)
    archive = await fetched(mother.id)
    content = whole(archive)
    assert {str(row["宝宝资料"]) for row in content["宝宝档案"] if "大宝" not in str(row)} == {"（无法读取）"}
    assert [row["宝宝资料"]["昵称"] for row in content["宝宝档案"] if "大宝" in str(row)] == ["大宝"]
    assert [(row["宝宝"], row["测量"]) for row in content["生长记录"]] == [("（无法读取）", "（无法读取）")]
    assert "（无法读取）" in str(content["宝宝相关消息"])
    assert content["收货地址"][0]["地址"]["详细地址"] == "@SUM(A1)弄3号"
    assert len(sheet(archive, "宝宝档案")) == 2


async def test_the_questions_of_all_her_answers_are_one_query() -> None:
    member = await make_member()
    for number in range(3):
        asked = await make_survey([TextQuestion(code="words", text=f"第{number}问", longest=20)])
        await surveys.respond(member.id, asked.id, {"words": f"答{number}"})
    found = await members.find(member.id)
    assert found is not None
    with statements() as seen:
        archive = zipfile.ZipFile(io.BytesIO(await export_building.build(found)))
    assert len([each for each in seen if "FROM survey WHERE" in each]) == 1
    told = sheet(archive, "问卷")
    assert [row[f"回答：第{number}问"] for number, row in enumerate(told)] == ["答0", "答1", "答2"]


async def test_what_she_put_away_lies_apart() -> None:
    """She gets it while it is there, but nobody who opens her copy after a loss comes upon it."""
    mother = await make_full_member()
    lost = await make_pregnancy(mother.id, clock.today() + timedelta(days=100), "豆豆没了")
    await babies.put_away(mother.id, lost)
    archive = await fetched(mother.id)
    apart = [name for name in archive.namelist() if name.startswith("已收起/")]
    assert sorted(apart) == ["已收起/全部资料.json", "已收起/表格/01 宝宝档案.csv"]
    assert "豆豆没了" in archive.read("已收起/表格/01 宝宝档案.csv").decode()
    others = "".join(archive.read(name).decode() for name in archive.namelist() if name not in apart)
    assert "豆豆没了" not in others and "小满" in others
    assert "已收起" in archive.read("README.txt").decode()
    assert [baby["宝宝资料"]["昵称"] for baby in whole(archive)["宝宝档案"]] == ["小满"]


async def test_every_table_of_the_map_that_names_an_export_is_there() -> None:
    member = await make_member()
    content = whole(await fetched(member.id))
    titles = {table.export.title for table in data_map.current().tables.values() if table.export is not None}
    assert titles <= content.keys()
    assert content["宝宝档案"] == []


async def test_no_cell_is_a_formula() -> None:
    mother = await make_full_member()
    archive = await fetched(mother.id)
    assert sheet(archive, "账号")[0]["个人资料：昵称"] == "'=1+1"
    assert sheet(archive, "收货地址")[0]["地址：详细地址"] == "'@SUM(A1)弄3号"
    for name in archive.namelist():
        if name.endswith(".csv"):
            for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))):
                assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))]


async def test_it_is_fetched_once_and_then_gone() -> None:
    member = await make_member()
    export_id = await ready_export(member.id)
    file = await database.fetchval("SELECT file FROM data_export WHERE id = $1", export_id)
    assert b"PK" not in (await files.get(file)).content[:4], "sealed where it lies"
    assert (await exports.download(member.id, export_id))[:2] == b"PK"
    with pytest.raises(privacy.ExportGone):
        await exports.download(member.id, export_id)
    await export_jobs.drop_export(ExportAsked(export_id))
    with pytest.raises(NotFound):
        await files.get(file)
    assert (await exports.export(member.id, export_id)).status == "downloaded"


async def test_after_a_day_it_is_gone_unfetched() -> None:
    member = await make_member()
    export_id = await ready_export(member.id)
    file = await database.fetchval("SELECT file FROM data_export WHERE id = $1", export_id)
    await database.execute("UPDATE data_export SET expires_at = now() WHERE id = $1", export_id)
    with pytest.raises(privacy.ExportGone):
        await exports.download(member.id, export_id)
    assert await export_jobs.drop_old_exports() >= 1
    with pytest.raises(NotFound):
        await files.get(file)
    assert (await exports.export(member.id, export_id)).status == "expired"


async def test_the_link_lives_for_a_day_and_she_is_told_so() -> None:
    """The promise in its own figures: 24 hours from when it is ready, to the minute."""
    member = await make_member()
    early = await ready_export(member.id)
    view = await exports.export(member.id, early)
    assert view.ready_at is not None and view.expires_at is not None
    assert view.expires_at - view.ready_at == timedelta(hours=24)
    body = await database.fetchval(
        "SELECT body FROM notification WHERE member_id = $1 AND key = $2", member.id, str(early)
    )
    assert "24小时内" in body
    await pass_minutes(early, 24 * 60 - 1)
    assert (await exports.export(member.id, early)).status == "ready"
    assert (await exports.download(member.id, early))[:2] == b"PK", "23:59 later"
    late = await ready_export(member.id)
    await pass_minutes(late, 24 * 60)
    assert (await exports.export(member.id, late)).status == "expired"
    with pytest.raises(privacy.ExportGone):
        await exports.download(member.id, late)


async def pass_minutes(export_id: UUID, minutes: int) -> None:
    """For this copy alone."""
    await database.execute(
        "UPDATE data_export SET requested_at = requested_at - $2::interval, ready_at = ready_at - $2::interval,"
        " expires_at = expires_at - $2::interval WHERE id = $1",
        export_id,
        timedelta(minutes=minutes),
    )


async def test_asking_again_gives_the_same_and_three_a_day_are_enough() -> None:
    member = await make_member()
    first = await exports.order(member.id)
    assert (await exports.order(member.id)).id == first.id
    with pytest.raises(privacy.ExportNotReady):
        await exports.download(member.id, first.id)
    for _ in range(3):
        await exports.download(member.id, await ready_export(member.id))
    with pytest.raises(privacy.TooManyExports):
        await exports.order(member.id)


async def test_a_stranger_finds_nothing() -> None:
    member, stranger = await make_member(), await make_member()
    export_id = await ready_export(member.id)
    for verb in (exports.export, exports.download):
        with pytest.raises(privacy.ExportNotFound):
            await verb(stranger.id, export_id)


async def test_a_job_that_runs_twice_makes_one() -> None:
    member = await make_member()
    export_id = await ready_export(member.id)
    file = await database.fetchval("SELECT file FROM data_export WHERE id = $1", export_id)
    await export_jobs.build_export(ExportAsked(export_id))
    found = await members.find(member.id)
    assert found is not None
    await exports.keep(found, export_id, b"another")
    assert await database.fetchval("SELECT file FROM data_export WHERE id = $1", export_id) == file


async def test_who_is_erased_leaves_no_copy() -> None:
    member = await make_member()
    export_id = await ready_export(member.id)
    waiting = await make_member()
    asked = (await exports.order(waiting.id)).id
    await delete_now(member.id)
    await delete_now(waiting.id)
    await export_jobs.build_export(ExportAsked(asked))
    await export_jobs.drop_old_exports()
    rows = await database.fetch("SELECT status, file FROM data_export WHERE id = ANY($1::uuid[])", [export_id, asked])
    assert [tuple(row) for row in rows] == [("expired", None)] * 2
