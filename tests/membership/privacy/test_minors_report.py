"""The yearly audit of children's data: its figures are those of the tables, and the page shows them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from foundation import clock, data_map, database
from foundation.data_map import Basis
from membership import authorizations, babies, disclosures, families, privacy
from membership.disclosures.purposes import PARTS, RULES
from membership.privacy import minors_words as words
from membership.privacy.destructions import WHY
from membership.privacy.minors import MinorsReport, Rows
from membership.privacy.minors_findings import findings
from membership.privacy.watching import LastRun
from membership.staff import Role
from server import partner_api
from tests.makers.authorizations import VERSION, of_the_first_letter
from tests.makers.babies import authorize, make_child, make_mother
from tests.makers.disclosures import approved, make_case, staff_of
from tests.makers.export_races import ready_export
from tests.makers.families import join, make_family, person_of
from tests.makers.members import make_member
from tests.makers.privacy import ask, delete_now

pytestmark = pytest.mark.usefixtures("world")


def figures(rows: Rows, name: str, value: object, figure: str) -> int:
    return sum(int(str(row[figure])) for row in rows if row[name] == value)


async def now() -> MinorsReport:
    return await privacy.minors_report(clock.today().year)


async def test_only_shares_that_hold_are_counted() -> None:
    """A row stays when a place in the family ends, his or hers."""
    head, (mother, father, aunt) = await make_family(3)
    await authorize(mother.id)
    child = await make_child(mother.id)
    before = await now()
    for person in (father, aunt):
        await babies.share_with(mother.id, child, await person_of(head.id, person.id), "guardian")

    async def more() -> int:
        told = [figures(each.shares, "role", "guardian", "shares") for each in (before, await now())]
        return told[1] - told[0]

    assert await more() == 2
    await families.leave(aunt.id)
    assert await more() == 1
    await families.leave(mother.id)
    await join(head.id, mother.id)
    assert await more() == 0


async def test_what_happens_is_counted() -> None:
    before = await now()
    mother = await make_mother("service", "marketing")
    child = await make_child(mother.id)
    await make_child(mother.id, clock.today() - timedelta(days=500), nickname="大宝")
    await authorizations.withdraw(mother.id, ["marketing"])
    await babies.put_away(mother.id, child)
    gone = await make_mother()
    await make_child(gone.id)
    await delete_now(gone.id)
    await ready_export(mother.id)
    stays = await make_member()
    await ask(stays.id)
    await privacy.change_mind(stays.id)
    after = await now()

    def more(name: str) -> int:
        return int(str(after.children[name])) - int(str(before.children[name]))

    assert (more("kept"), more("waiting"), more("destroyed"), more("guardians")) == (1, 1, 1, 1)
    for figure, expected in (("given", 1), ("withdrawn", 1)):
        told = [figures(each.purposes, "purpose", "marketing", figure) for each in (before, after)]
        assert told[1] - told[0] == expected, figure
    erased = [figures(each.destroyed, "what", "baby", "records") for each in (before, after)]
    assert erased[1] - erased[0] == 1
    for figures_of, figure, expected in (
        ("exports", "asked", 1),
        ("exports", "made", 1),
        ("deletions", "asked", 2),
        ("deletions", "cancelled", 1),
        ("deletions", "done", 1),
    ):
        told = [int(str(getattr(each, figures_of)[figure])) for each in (before, after)]
        assert told[1] - told[0] == expected, figure


async def test_what_was_seen_of_children_is_told_by_part_and_declaration() -> None:
    before = await now()
    case = await make_case()
    asked = await disclosures.ask(case.expert, case.request(parts=["details", "growth"]))
    await disclosures.approve(await staff_of(Role.PRIVACY_OFFICER), asked.id, unrelated=True, parts=["growth"])
    for _ in range(2):
        await disclosures.look(case.expert, asked.id, "growth")
    waits = await make_case()
    await disclosures.ask(waits.expert, waits.request())
    after = await now()

    def more(of: str, name: str, value: str, figure: str) -> int:
        told = [figures(getattr(each, of), name, value, figure) for each in (before, after)]
        return told[1] - told[0]

    by_purpose = ("asked", "granted", "alone", "asked_unrelated", "decided_unrelated", "looks")
    assert [more("disclosures", "purpose", "expert_answer", each) for each in by_purpose] == [2, 1, 0, 2, 1, 2]
    by_part = {part: [more("parts", "part", part, each) for each in by_purpose[:2] + by_purpose[-1:]] for part in PARTS}
    assert by_part == {"details": [2, 0, 0], "growth": [1, 1, 2], "vaccinations": [0, 0, 0]}
    page = privacy.minors_page(after)
    for said in ("| 生长记录 |", "申请人声明无亲属关系", "员工账号与会员不关联"):
        assert said in page


async def test_who_is_no_longer_authorized_is_told() -> None:
    before = (await now()).unauthorized
    mother = await make_member()
    await authorize(mother.id)
    await make_child(mother.id)
    await authorizations.withdraw(mother.id)
    assert (await now()).unauthorized == before + 1


async def test_a_letter_that_has_a_newer_one_is_no_authorization_any_more() -> None:
    mother = await make_mother("service")
    await make_child(mother.id)
    before = await now()
    await of_the_first_letter(mother.id)
    after = await now()
    assert after.unauthorized == before.unauthorized + 1
    counted: list[tuple[str, str, object]] = [("purposes", "purpose", "service"), ("texts", "version", VERSION)]
    for of, name, value in counted:
        told = [figures(getattr(each, of), name, value, "standing") for each in (before, after)]
        assert told[1] == told[0] - 1, of
    assert figures(after.texts, "version", 1, "standing") == 0


async def test_another_year_is_empty() -> None:
    report = await privacy.minors_report(2001)
    assert (report.given, report.disclosures, report.exports["asked"]) == ([], [], 0)
    assert "| （无） |" in privacy.minors_page(report)


async def test_every_child_column_of_the_map_stands_on_the_page() -> None:
    report = await now()
    page = privacy.minors_page(report)
    assert {"baby.details_sealed", "growth_record.content_sealed", "vaccination_sheet.content_sealed"} <= {
        each.column for each in report.columns
    }
    for each in report.columns:
        assert each.column in page
    assert f"# {report.year}年度未成年人个人信息保护合规审计报告" in page
    kept = await database.fetchval("SELECT count(*) FROM baby WHERE status = 'open'")
    assert f"| 在用档案（宝宝、孕期和备孕，不作区分） | {kept} |" in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in rows if "---" in line}) > 1, "tables of several widths, each in line"


CODE = re.compile("[a-z]+(_[a-z]+)*")


async def test_the_page_is_in_chinese_down_to_its_codes() -> None:
    """But for the places in the database."""
    case = await make_case()
    await disclosures.look(case.expert, (await approved(case)).id, "details")
    lines = [line for line in privacy.minors_page(await now()).splitlines() if line.startswith("|")]
    cells = [cell.strip() for line in lines for cell in line.strip("|").split("|")]
    assert {cell for cell in cells if CODE.fullmatch(cell)} == set()
    assert not [cell for cell in cells if re.search(" (of|the|by|her|with) ", cell)]


async def test_what_was_destroyed_is_called_by_its_chinese_name() -> None:
    """Whatever has a time limit, and what had one in an older program."""
    rules = [each for each in data_map.current().rules() if data_map.current().tables[each.table].is_of_people]
    what = [*(rule.name for rule in rules), "baby", "a_table_of_long_ago"]
    destroyed: Rows = [{"what": each, "rule": "7 days by created_at", "rows": 1, "records": 1} for each in what]
    page = privacy.minors_page(msgspec.structs.replace(await now(), destroyed=destroyed))
    section = page.partition("| 销毁对象 |")[2].partition("## ")[0]
    lines = [line for line in section.splitlines() if "满7天" in line]
    assert len(lines) == len(what) > 10
    assert [line for line in lines if re.search("[a-z]", line)] == []
    assert len([line for line in lines if words.NO_LONGER_KEPT in line]) == 1
    for said in ("| 宝宝档案 |", "| 登录会话 |", "| 兑换订单：收货地址 |"):
        assert said in section, said


async def test_who_had_access_is_counted_by_person() -> None:
    before = {str(each["role"]): each for each in (await now()).staff}
    case = await make_case()
    asked = await approved(case)
    for _ in range(2):
        await disclosures.look(case.expert, asked.id, "details")
    after = {str(each["role"]): each for each in (await now()).staff}

    def more(role: str, figure: str) -> int:
        return int(str(after[role][figure])) - int(str(before.get(role, {}).get(figure, 0)))

    assert [more("expert", each) for each in ("people", "made", "asked", "decided", "looked")] == [1, 1, 1, 0, 1]
    assert more("privacy_officer", "decided") == 1
    page = privacy.minors_page(await now())
    expert = next(line for line in page.splitlines() if line.startswith("| 专家 |"))
    assert expert.startswith("| 专家 | 是 | 否 |")


def wrong(report: MinorsReport) -> dict[str, MinorsReport]:
    """The same year with one thing that must not be, by the question that finds it."""
    replace = msgspec.structs.replace
    asked: Rows = [
        {"purpose": "expert_answer", "role": "expert", "asked": 2, "granted": 2, "refused": 0, "alone": 0,
         "asked_unrelated": 2, "decided_unrelated": 2, "looks": 2}
    ]  # fmt: skip
    limit = report.limits[0]
    return {
        "儿童信息全部加密存储": replace(report, columns=[replace(report.columns[0], sealed=False)]),
        "授权均由监护人确认": replace(report, given=[{"version": 1, "given": 2, "by_guardians": 1}]),
        "查看宝宝信息均由第二人批准": replace(report, disclosures=[{**asked[0], "alone": 1}]),
        "申请人和批准人均声明与儿童没有亲属关系": replace(report, disclosures=[{**asked[0], "decided_unrelated": 1}]),
        "保存期限届满的信息均已销毁": replace(report, limits=[replace(limit, overdue=3)]),
        "到期清理每天执行": replace(report, runs={**report.runs, "gaps": 1}),
        "资料导出均已提供": replace(report, exports={**report.exports, "failed": 1}),
        "注销在15天内完成": replace(report, deletions={**report.deletions, "slow": 1}),
        "操作记录均已封存": replace(report, audit={**report.audit, "unchained": 1}),
    }


async def test_what_must_not_be_is_found_by_its_own_question() -> None:
    report = await well()
    assert [each.what for each in findings(report) if not each.is_well] == []
    for what, bad in wrong(report).items():
        assert [each.what for each in findings(bad) if not each.is_well] == [what]
        assert f"| {what} | **不符合** |" in privacy.minors_page(bad)
    assert {each.what for each in findings(report)} == wrong(report).keys()


async def well() -> MinorsReport:
    """A year in which all is as it must be, whatever other tests left."""
    report = await now()
    limits = [msgspec.structs.replace(each, overdue=0, run=DONE) for each in report.limits]
    return msgspec.structs.replace(
        report,
        limits=limits,
        given=[],
        disclosures=[],
        runs={**report.runs, "gaps": 0},
        exports={**report.exports, "failed": 0},
        deletions={**report.deletions, "slow": 0},
        audit={**report.audit, "unchained": 0},
    )


DONE = LastRun(finished_at=datetime.now(UTC), rows=0, is_late=False)


async def test_what_no_table_knows_has_a_place() -> None:
    page = privacy.minors_page(await now())
    for what in ("委托处理", "安全事件", "培训", "影响评估", "负责人", "向境外提供"):
        assert re.search(rf"^\| [^|]*{what}[^|]* \| .+ \| ＿＿＿＿（请填写） \|$", page, re.MULTILINE), what


async def test_the_texts_that_were_authorized_by_stand_on_the_page() -> None:
    report = await now()
    versions = await database.fetch("SELECT version, title FROM authorization_text ORDER BY version")
    assert [(each["version"], each["title"]) for each in report.texts] == [tuple(row) for row in versions]
    assert versions[0]["title"] in privacy.minors_page(report)


def test_the_codes_of_the_figures_have_words() -> None:
    assert words.purposes().keys() == set(authorizations.PURPOSES)
    columns = {column.name: column for column in data_map.current().tables["given_authorization"].columns.values()}
    assert words.ENDED.keys() == columns["ended_because"].words.keys()
    assert words.BASES.keys() == set(get_args(Basis))
    assert words.RULES.keys() == set(WHY.values())
    asked = {code for code, rule in RULES.items() if "baby_details" in rule.kinds}
    assert words.LOOKED_FOR.keys() == asked


async def test_every_time_limit_on_the_page_has_words() -> None:
    assert [rule.name for rule in (await now()).limits if rule.name not in words.WORKS] == []


def test_each_column_of_a_child_is_told_to_an_authority() -> None:
    silent = [
        f"{table.name}.{column.name}"
        for table in data_map.current().tables.values()
        for column in table.columns.values()
        if (column.class_ == "child") != (column.audit is not None)
    ]
    assert silent == []


def test_partners_have_no_door_to_a_child() -> None:
    """The page says so."""
    root = Path(partner_api.__file__).parent
    named = re.compile(r"\b(babies|growth|vaccinations|milk|disclosures|authorizations|families)\b")
    imports = [line for file in root.glob("*.py") for line in file.read_text().splitlines() if "import" in line]
    assert len(imports) > 20
    assert [line for line in imports if named.search(line)] == []
