"""The yearly audit of children's data as a page, in Markdown, for the authority and the house's own file.

What the tables know is told from them; what they cannot know has a named place, to be filled in by hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from foundation import clock
from membership import disclosures
from membership.privacy import minors_words as words
from membership.privacy.minors import MinorsReport, Rows
from membership.privacy.minors_findings import findings

NONE = "（无）"
BLANK = "＿＿＿＿（请填写）"


def page(report: MinorsReport) -> str:
    """Whole; every figure in it is one of the report's."""
    return "\n".join(
        [
            f"# {report.year}年度未成年人个人信息保护合规审计报告",
            "",
            f"统计期间：{report.year}年1月1日至{report.year}年12月31日（北京时间）。生成时间：{_time(report.made_at)}。",
            "所有数字由系统直接从数据库统计，统计时没有打开任何一份宝宝档案。"
            "宝宝的出生日期加密保存，因此不按年龄统计；系统只收集昵称，不收集姓名和证件号。",
            "",
            *_children(report),
            *_authorizations(report),
            *_disclosures(report),
            *_destruction(report),
            *_rights(report),
            *_measures(report),
            *_findings(report),
            *_by_hand(),
        ]
    )


def _children(report: MinorsReport) -> Iterable[str]:
    yield "## 一、处理的未成年人信息"
    yield ""
    yield from _table(
        ("项目", "数量"),
        [
            ("在用档案（宝宝、孕期和备孕，不作区分）", report.children["kept"]),
            ("建档的监护人", report.children["guardians"]),
            ("已收起、等待销毁", report.children["waiting"]),
            ("已销毁（历年累计）", report.children["destroyed"]),
            ("授权已失效、等待收起的在用档案（任何人都不能读取）", report.unauthorized),
            *(
                (f"分享给家人：{'监护人' if each['role'] == 'guardian' else '亲属'}", each["shares"])
                for each in report.shares
            ),
        ],
    )
    yield "涉及的数据项："
    yield ""
    yield from _table(
        ("数据项", "数据库位置", "目的", "依据", "保存期限", "加密"),
        [
            (
                each.audit.what,
                each.column,
                each.audit.purpose,
                words.BASES.get(each.basis, each.basis),
                each.audit.kept,
                _yes(each.sealed),
            )
            for each in report.columns
        ],
    )


def _authorizations(report: MinorsReport) -> Iterable[str]:
    yield "## 二、监护人授权"
    yield ""
    yield from _table(
        ("授权书版本", "名称", "有效期（天）", "发布时间", "目前有效的授权"),
        [
            (each["version"], each["title"], each["valid_days"], _time(each["published_at"]), each["standing"])
            for each in report.texts
        ],
    )
    yield from _rows(("授权书版本", "本年授权", "其中确认为监护人"), report.given)
    yield from _rows(("用途", "本年授权", "本年撤回", "目前有效"), _worded(report.purposes, purpose=words.purposes()))
    yield from _rows(("授权结束原因", "本年结束"), _worded(report.ended, because=words.ENDED))


def _disclosures(report: MinorsReport) -> Iterable[str]:
    yield "## 三、工作人员接触儿童信息"
    yield ""
    yield "查看宝宝信息须说明用途和所需内容，由第二人批准，30分钟内有效，每次查看都有记录，监护人可以随时查询。"
    yield "申请人和批准人须各自声明与该儿童没有亲属关系；员工账号与会员不关联，声明的真实性由内部管理保证。"
    yield ""
    yield from _rows(
        (
            "用途",
            "申请人岗位",
            "申请",
            "批准",
            "拒绝",
            "未经第二人批准",
            "申请人声明无亲属关系",
            "批准人声明无亲属关系",
            "查看次数",
        ),
        _worded(report.disclosures, purpose=words.LOOKED_FOR, role=disclosures.ROLE_TITLES),
    )
    yield from _rows(("内容", "申请", "批准", "查看次数"), _worded(report.parts, part=disclosures.PART_TITLES))
    yield "有权限的岗位和人数（本年内申请过、决定过、查看过的各有几人）："
    yield ""
    yield from _table(
        ("岗位", "可申请查看", "可批准", "在用账号", "本年新增账号", "申请过", "决定过", "查看过"),
        [
            (
                disclosures.ROLE_TITLES.get(str(each["role"]), each["role"]),
                _yes(each["role"] in disclosures.CHILD_ASKERS),
                _yes(each["role"] in disclosures.APPROVERS),
                *(each[figure] for figure in ("people", "made", "asked", "decided", "looked")),
            )
            for each in report.staff
        ],
    )


def _destruction(report: MinorsReport) -> Iterable[str]:
    gap = report.runs["longest_gap_hours"]
    yield "## 四、保存期限与销毁"
    yield ""
    yield from _table(
        ("项目", "数量"),
        [
            ("到期清理任务：开始", report.runs["begun"]),
            ("到期清理任务：完成", report.runs["finished"]),
            ("两次完成之间最长间隔（小时）", NONE if gap is None else f"{gap:.1f}"),
            ("间隔超过26小时", report.runs["gaps"]),
        ],
    )
    yield "儿童信息的保存期限目前如何执行："
    yield ""
    yield from _table(
        ("规则", "最近一次执行", "逾期数据", "是否按期"),
        [
            (
                words.WORKS.get(rule.name, rule.name),
                NONE if rule.run.finished_at is None else _time(rule.run.finished_at),
                rule.overdue,
                _yes(not rule.is_late),
            )
            for rule in report.limits
        ],
    )
    yield "本年销毁的全部个人信息（每条销毁记录可凭编号核验，记录中不含原数据）："
    yield ""
    told = [
        {**row, "what": words.destroyed(str(row["what"])), "rule": words.rule(str(row["rule"]))}
        for row in report.destroyed
    ]
    yield from _rows(("销毁对象", "规则", "数量", "销毁记录"), told)


def _rights(report: MinorsReport) -> Iterable[str]:
    seconds, days = report.exports["median_seconds"], report.deletions["longest_days"]
    yield "## 五、权利请求"
    yield ""
    yield "查阅、更正和移除由监护人在小程序里直接完成，即时生效，不经过工作人员。"
    yield ""
    yield from _table(
        ("项目", "数量"),
        [
            ("资料导出：申请", report.exports["asked"]),
            ("资料导出：完成", report.exports["made"]),
            ("资料导出：已下载", report.exports["fetched"]),
            ("资料导出：未能完成", report.exports["failed"]),
            ("资料导出：用时中位数（秒）", NONE if seconds is None else f"{seconds:.0f}"),
            ("账号注销：申请", report.deletions["asked"]),
            ("账号注销：七天内撤回", report.deletions["cancelled"]),
            ("账号注销：完成", report.deletions["done"]),
            ("账号注销：最长用时（天）", NONE if days is None else f"{days:.1f}"),
        ],
    )


def _measures(report: MinorsReport) -> Iterable[str]:
    yield "## 六、安全措施"
    yield ""
    yield from _table(
        ("项目", "数量"),
        [
            ("本年操作记录（链式封存，改动和删除可被发现）", report.audit["entries"]),
            ("其中与查看会员和宝宝信息有关", report.audit["of_disclosures"]),
            ("未封存的操作记录", report.audit["unchained"]),
            ("本年完成的数据密钥轮换", report.rotations),
            ("接入的合作方（收银、电商；接口不提供儿童信息）", report.partners),
        ],
    )


def _findings(report: MinorsReport) -> Iterable[str]:
    yield "## 七、发现"
    yield ""
    yield from _table(
        ("检查项", "结果", "数字"),
        [(each.what, "符合" if each.is_well else "**不符合**", each.said) for each in findings(report)],
    )


def _by_hand() -> Iterable[str]:
    yield "## 八、由人工填写"
    yield ""
    yield "以下事项数据库里没有，须由责任人填写后本报告才完整。"
    yield ""
    yield from _table(("事项", "应填写的内容", "填写"), [(what, content, BLANK) for what, content in words.BY_HAND])


def _worded(rows: Rows, **meanings: Mapping[str, str]) -> Rows:
    """With words for the codes of these fields."""
    return [
        {name: meanings[name].get(str(value), value) if name in meanings else value for name, value in row.items()}
        for row in rows
    ]


def _rows(header: Sequence[str], rows: Rows) -> Iterable[str]:
    yield from _table(header, [tuple(row.values()) for row in rows])


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterable[str]:
    lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    yield f"| {' | '.join(header)} |"
    yield f"|{' --- |' * len(header)}"
    yield from lines or [f"| {NONE} |{' |' * (len(header) - 1)}"]
    yield ""


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _time(moment: object) -> str:
    assert isinstance(moment, datetime)
    return f"{moment.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
