"""The yearly audit of children's data: its figures are those of the tables, and the page shows them."""

from datetime import timedelta

import pytest

from foundation import clock, database
from membership import authorizations, babies, disclosures, privacy
from membership.disclosures.purposes import PARTS
from membership.privacy.minors import MinorsReport, Rows
from membership.staff import Role
from tests.makers.babies import authorize, make_child, make_mother
from tests.makers.disclosures import make_case, staff_of
from tests.makers.export_races import ready_export
from tests.makers.members import make_member
from tests.makers.privacy import ask, delete_now

pytestmark = pytest.mark.usefixtures("world")


def figures(rows: Rows, name: str, value: str, figure: str) -> int:
    return sum(int(str(row[figure])) for row in rows if row[name] == value)


async def now() -> MinorsReport:
    return await privacy.minors_report(clock.today().year)


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
    assert f"| 在用档案（宝宝和孕期，不作区分） | {kept} |" in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in rows if "---" in line}) > 1, "tables of several widths, each in line"
