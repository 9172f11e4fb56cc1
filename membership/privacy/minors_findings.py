"""What an auditor asks first, answered from the figures: whether it is as it must be, and by which number."""

from collections.abc import Iterator

import msgspec

from membership.privacy.minors import ANSWER_WITHIN, MinorsReport, Rows


class Finding(msgspec.Struct, frozen=True):
    """A question, its answer, and the figure that it follows from."""

    what: str
    is_well: bool
    said: str


def findings(report: MinorsReport) -> Iterator[Finding]:
    """All of them; none is left out because it is well."""
    bare = [each.audit.what for each in report.columns if not each.sealed]
    yield Finding("儿童信息全部加密存储", not bare, f"未加密的数据项：{'、'.join(bare) or '无'}")
    given, by_guardians = _sum(report.given, "given"), _sum(report.given, "by_guardians")
    yield Finding("授权均由监护人确认", given == by_guardians, f"{given}份中{by_guardians}份确认为监护人")
    alone = _sum(report.disclosures, "alone")
    yield Finding("查看宝宝信息均由第二人批准", alone == 0, f"未经第二人批准：{alone}次")
    yield _declared(report)
    late = [rule for rule in report.limits if rule.is_late]
    rows = sum(rule.overdue for rule in late)
    yield Finding("保存期限届满的信息均已销毁", not late, f"未按期执行的规则：{len(late)}条，逾期数据：{rows}条")
    gaps = _number(report.runs["gaps"])
    yield Finding("到期清理每天执行", gaps == 0, f"间隔超过26小时：{gaps}次")
    failed, slow = _number(report.exports["failed"]), _number(report.deletions["slow"])
    yield Finding("资料导出均已提供", failed == 0, f"未能完成：{failed}次")
    yield Finding(f"注销在{ANSWER_WITHIN.days}天内完成", slow == 0, f"超过时限：{slow}次")
    unchained = _number(report.audit["unchained"])
    yield Finding("操作记录均已封存", unchained == 0, f"未封存：{unchained}条")


def _declared(report: MinorsReport) -> Finding:
    asked, granted = _sum(report.disclosures, "asked"), _sum(report.disclosures, "granted")
    asked_unrelated = _sum(report.disclosures, "asked_unrelated")
    decided_unrelated = _sum(report.disclosures, "decided_unrelated")
    return Finding(
        "申请人和批准人均声明与儿童没有亲属关系",
        (asked, granted) == (asked_unrelated, decided_unrelated),
        f"申请{asked}次、声明{asked_unrelated}次；批准{granted}次、声明{decided_unrelated}次",
    )


def _sum(rows: Rows, name: str) -> int:
    return sum(_number(row[name]) for row in rows)


def _number(value: object) -> int:
    return int(str(value))
