"""What may be asked for, what for, and by whom."""

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

from membership import authorizations
from membership.staff import Role

OPEN_MINUTES = 30
"""A value is open so long from the approval on, by the database's clock."""
ANSWER_HOURS = 24
"""Who is asked to approve has so long; after that it must be asked anew."""

Asked = Literal["member_phone", "member_name", "baby_details"]
Kind = Literal["member_phone", "member_name", "baby_details", "order_address"]
"""`order_address` can't be asked for: it is read with an order that is to be shipped."""
KINDS: tuple[Kind, ...] = get_args(Kind)

Part = Literal["details", "growth", "vaccinations"]
"""Of what is kept of a child. Each is asked for, approved and looked at by itself."""
PARTS: tuple[Part, ...] = get_args(Part)
LEAST: tuple[Part, ...] = ("details",)
"""What somebody asks for who names no part."""

AskedFor = Literal[
    "member_request", "complaint", "safety_recall", "fraud_check", "privacy_request", "expert_answer", "baby_service"
]
Purpose = Literal[
    "member_request",
    "complaint",
    "safety_recall",
    "fraud_check",
    "privacy_request",
    "expert_answer",
    "baby_service",
    "shipping",
]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

# Read by her too, in the log of who looked, and be it at what she has put away since: no baby is mentioned.
KIND_TITLES: Mapping[str, str] = {
    "member_phone": "手机号",
    "member_name": "昵称",
    "baby_details": "档案资料",
    "order_address": "收货地址",
}
PART_TITLES: Mapping[str, str] = {
    "details": "基本资料",
    "growth": "生长记录",
    "vaccinations": "疫苗接种记录",
}
PURPOSE_TITLES: Mapping[str, str] = {
    "member_request": "处理您的咨询或请求",
    "complaint": "处理投诉",
    "safety_recall": "商品安全召回通知",
    "fraud_check": "核查账户异常",
    "privacy_request": "处理您的个人信息请求",
    "expert_answer": "专家答复您的咨询",
    "baby_service": "为档案提供协助",
    "shipping": "为您的订单发货",
}
ROLE_TITLES: Mapping[str, str] = {
    Role.CLERK: "门店导购",
    Role.OPERATOR: "运营人员",
    Role.MODERATOR: "社区管理员",
    Role.EXPERT: "专家",
    Role.ADMINISTRATOR: "系统管理员",
    Role.PRIVACY_OFFICER: "个人信息保护负责人",
}

APPROVERS = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER})
"""Who decides about a child's data, and sees what everybody asked for."""


class Rule(msgspec.Struct, frozen=True):
    """What a role may ask for: which values, and for a child's the authorization that must stand at every look."""

    roles: frozenset[Role]
    kinds: frozenset[Asked]
    authorization: authorizations.Purpose | None = None


_OFFICE = frozenset({Role.OPERATOR, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER})
_OF_A_MEMBER: frozenset[Asked] = frozenset({"member_phone", "member_name"})
_OF_A_CHILD: frozenset[Asked] = frozenset({"baby_details"})

RULES: Mapping[AskedFor, Rule] = {
    "member_request": Rule(_OFFICE, _OF_A_MEMBER),
    "complaint": Rule(_OFFICE, _OF_A_MEMBER),
    "safety_recall": Rule(_OFFICE, _OF_A_MEMBER),
    "fraud_check": Rule(APPROVERS, _OF_A_MEMBER),
    "privacy_request": Rule(APPROVERS, _OF_A_MEMBER | _OF_A_CHILD, "service"),
    "expert_answer": Rule(frozenset({Role.EXPERT}), _OF_A_CHILD, "expert"),
    "baby_service": Rule(_OFFICE, _OF_A_CHILD, "service"),
}
"""By purpose."""

CHILD_ASKERS = frozenset(role for rule in RULES.values() if rule.kinds & _OF_A_CHILD for role in rule.roles)
"""Who may ask for a child's data, with somebody else's approval."""
ASKERS = tuple(role for role in Role if any(role in rule.roles for rule in RULES.values()))
