"""The words of the yearly audit: what the codes of the figures mean to an authority, and what a person must fill in."""

import re
from collections.abc import Mapping

from foundation import data_map
from membership.privacy.destructions import WHY

LOOKED_FOR: Mapping[str, str] = {
    "privacy_request": "处理监护人的个人信息请求",
    "expert_answer": "专家答复监护人的咨询",
    "baby_service": "为宝宝档案提供协助",
}
ENDED: Mapping[str, str] = {
    "withdrawn": "监护人撤回",
    "replaced": "重新授权后被取代",
    "merged": "账号合并",
}
BASES: Mapping[str, str] = {
    "guardian": "监护人单独同意",
    "consent": "个人同意",
    "contract": "履行合同所必需",
    "law": "法定义务",
    "interest": "保障服务安全",
    "none": "不涉及个人信息",
}
WORKS: Mapping[str, str] = {
    "baby": "授权失效的档案按期收起",
    "baby.details_sealed": "收起满7天的档案销毁",
    "pregnancy": "孕期信息满一年销毁，早产宝宝的出生孕周满5周岁销毁",
    "idempotency_key": "应答副本满7天删除",
    "discreet_inbox.content_sealed": "与宝宝有关的消息满90天销毁",
}
DESTROYED: Mapping[str, str] = {
    "session": "登录会话",
    "idempotency_key": "应答副本",
    "wechat_message": "微信推送的消息",
    "stone": "撤回记录",
    "authorization_refusal": "拒绝授权的记录",
    "family_invitation": "家庭邀请",
    "payment_notification": "支付平台的通知",
}
"""What has a time limit and is in nobody's copy; all else is called as in her copy."""
NO_LONGER_KEPT = "其他（现已不再保存的数据）"
RULES: Mapping[str, str] = {
    WHY["put_away"]: "监护人移除或授权失效，收起满7天",
    WHY["erased"]: "随监护人注销账号",
    WHY["never_born"]: "预产期满一年，没有出生记录",
    WHY["pregnancy"]: "出生满一年，清除孕期信息",
    WHY["gestation"]: "早产宝宝满5周岁，清除出生孕周",
}
_DAYS = re.compile(r"(\d+) days by ")


def purposes() -> Mapping[str, str]:
    """What each tick of the letter is called in her copy."""
    return data_map.current().tables["authorized_purpose"].columns["purpose"].words


def rule(said: str) -> str:
    """How a rule of the record of destructions is told."""
    days = _DAYS.match(said)
    return f"满{days[1]}天" if days else RULES.get(said, said)


def destroyed(what: str) -> str:
    """What a record of destructions is of: a table, or a column of one."""
    name, _, column = what.partition(".")
    table = data_map.current().tables.get(name)
    if table is None or table.export is None:
        return DESTROYED.get(what, NO_LONGER_KEPT)
    part = table.columns[column].export if column in table.columns else None
    return f"{table.export.title}：{part}" if part else table.export.title


BY_HAND: tuple[tuple[str, str], ...] = (
    ("儿童个人信息保护负责人", "姓名、岗位、联系方式、任命文件"),
    ("可接触儿童信息的人员", "名单（对照“三”中的岗位和人数）、保密承诺、离岗和调岗时收回权限的记录"),
    (
        "委托处理、共同处理和对外提供",
        "受托方或接收方（含微信、支付、短信、云服务、快递）、信息种类、合同、评估和监督记录",
    ),
    ("向境外提供", "有无；如有，接收方、依据和手续"),
    ("个人信息保护影响评估", "本年评估的处理活动、结论、报告编号"),
    ("个人信息安全事件", "时间、经过、涉及的儿童人数、通知监护人和报告主管部门的情况；没有的写“无”"),
    ("应急预案和演练", "预案版本、演练日期、备份恢复演练的结果"),
    ("人员培训", "日期、对象、内容、考核结果"),
    ("投诉和举报", "受理数量、答复时限、处理结果"),
    ("系统以外的处理", "纸质材料、表格、截图等的保管和销毁"),
    ("自动化决策和个性化推荐", "是否使用儿童信息；如使用，规则和关闭方式"),
    ("主密钥的保管和更换", "保管人、存放方式、最近一次更换日期"),
    ("上年度问题的整改", "问题、措施、完成日期"),
    ("审计结论和报送", "审计机构或人员、结论、报送部门和日期、签字"),
)
"""What no table knows: what, and what belongs there."""
