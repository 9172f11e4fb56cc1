"""The yearly audit of children's data as a page, in Markdown, for the authority and the house's own file."""

from collections.abc import Iterable, Sequence

from foundation import clock
from membership import disclosures
from membership.privacy.minors import MinorsReport, Rows

NONE = "（无）"
PURPOSES = {
    "service": "育儿服务",
    "expert": "专家咨询",
    "store_reminders": "门店提醒",
    "marketing": "优惠推荐",
    "research": "研究与改进",
}


def page(report: MinorsReport) -> str:
    """Whole; every figure in it is one of the report's."""
    made = report.made_at.astimezone(clock.SHANGHAI)
    return "\n".join(
        [
            f"# {report.year}年度未成年人个人信息保护合规审计报告",
            "",
            f"统计期间：{report.year}年1月1日至{report.year}年12月31日（北京时间）。生成时间：{made:%Y-%m-%d %H:%M}。",
            "所有数字由系统直接从数据库统计，统计时没有打开任何一份宝宝档案。",
            "",
            *_children(report),
            *_authorizations(report),
            *_disclosures(report),
            *_destruction(report),
            *_rights(report),
            *_measures(report),
        ]
    )


def _children(report: MinorsReport) -> Iterable[str]:
    yield "## 一、处理的未成年人信息"
    yield ""
    yield from _table(
        ("项目", "数量"),
        [
            ("在用档案（宝宝和孕期，不作区分）", report.children["kept"]),
            ("建档的监护人", report.children["guardians"]),
            ("已移除、等待销毁", report.children["waiting"]),
            ("已销毁（历年累计）", report.children["destroyed"]),
            ("授权已失效、等待移除的在用档案（任何人都不能读取）", report.unauthorized),
            *(
                (f"分享给家人：{'监护人' if each['role'] == 'guardian' else '亲属'}", each["shares"])
                for each in report.shares
            ),
        ],
    )
    yield "涉及的数据项："
    yield ""
    yield from _table(
        ("数据项", "目的", "依据", "保存期限", "加密"),
        [
            (each.column, each.purpose, each.basis, each.retention, "是" if each.sealed else "否")
            for each in report.columns
        ],
    )


def _authorizations(report: MinorsReport) -> Iterable[str]:
    yield "## 二、监护人授权"
    yield ""
    yield from _rows(("授权书版本", "本年授权", "其中确认为监护人"), report.given)
    purposes: Rows = [
        {**each, "purpose": PURPOSES.get(str(each["purpose"]), each["purpose"])} for each in report.purposes
    ]
    yield from _rows(("用途", "本年授权", "本年撤回", "目前有效"), purposes)
    yield from _rows(("授权结束原因", "本年结束"), report.ended)


def _disclosures(report: MinorsReport) -> Iterable[str]:
    yield "## 三、工作人员查看"
    yield ""
    yield "查看宝宝信息须说明用途和所需内容，由第二人批准，30分钟内有效，每次查看都有记录，监护人可以随时查询。"
    yield "申请人和批准人须各自声明与该儿童没有亲属关系；员工账号与会员不关联，声明的真实性由内部管理保证。"
    yield ""
    yield from _rows(
        (
            "用途",
            "申请人角色",
            "申请",
            "批准",
            "拒绝",
            "未经第二人批准",
            "申请人声明无亲属关系",
            "批准人声明无亲属关系",
            "查看次数",
        ),
        report.disclosures,
    )
    parts: Rows = [{**each, "part": disclosures.PART_TITLES[str(each["part"])]} for each in report.parts]
    yield from _rows(("内容", "申请", "批准", "查看次数"), parts)
    yield "目前的工作人员账号："
    yield ""
    yield from _rows(("角色", "人数"), report.staff)


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
        ],
    )
    yield from _rows(("销毁对象", "规则", "数量", "销毁记录"), report.destroyed)


def _rights(report: MinorsReport) -> Iterable[str]:
    seconds, days = report.exports["median_seconds"], report.deletions["longest_days"]
    yield "## 五、权利请求"
    yield ""
    yield from _table(
        ("项目", "数量"),
        [
            ("资料导出：申请", report.exports["asked"]),
            ("资料导出：完成", report.exports["made"]),
            ("资料导出：已下载", report.exports["fetched"]),
            ("资料导出：用时中位数（秒）", NONE if seconds is None else f"{seconds:.0f}"),
            ("账号注销：申请", report.deletions["asked"]),
            ("账号注销：七天内撤回", report.deletions["cancelled"]),
            ("账号注销：完成", report.deletions["done"]),
            ("账号注销：最长用时（天）", NONE if days is None else f"{days:.1f}"),
        ],
    )


def _measures(report: MinorsReport) -> Iterable[str]:
    open_columns = [each.column for each in report.columns if not each.sealed]
    alone = sum(int(str(each["alone"])) for each in report.disclosures)
    yield "## 六、发现"
    yield ""
    yield f"- 未加密的儿童信息数据项：{'、'.join(open_columns) or '无'}。"
    yield f"- 未经第二人批准的查看：{alone}次。"
    yield f"- 本年完成的数据密钥轮换：{report.rotations}次。"
    yield ""


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
