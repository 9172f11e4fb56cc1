"""What the fields of sealed values are called in Chinese: the data map names columns, and these lie within one."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # profile
    "nickname": "昵称",
    "relation": "与宝宝的关系",
    "birthday": "生日",
    "city": "城市",
    "how_heard": "了解渠道",
    # address
    "name": "姓名",
    "phone": "电话",
    "region": "地区",
    "detail": "详细地址",
    # baby
    "trying": "备孕",
    "sex": "性别",
    "birth_date": "出生日期",
    "due_date": "预产期",
    "due_date_from": "预产期来源",
    "last_period": "末次月经",
    "cycle_days": "月经周期（天）",
    "gestation_days_at_birth": "出生孕周（天）",
    "gestation_from": "出生孕周来源",
    "feeding": "喂养方式",
    "formula_share_percent": "奶粉占比（%）",
    "allergies": "过敏",
    "allergy_note": "过敏说明",
    "formula_sku": "奶粉",
    "formula_stage": "奶粉段数",
    # growth
    "measured_on": "测量日期",
    "weight_g": "体重（克）",
    "length_mm": "身长（毫米）",
    "posture": "测量姿势",
    "head_mm": "头围（毫米）",
    "confirmed": "已确认",
    # vaccinations
    "edition": "免疫程序版本",
    "wanted": "选择的疫苗",
    "given": "已接种",
    "skipped": "按医嘱不接种",
    "told": "已提醒",
    # messages
    "messages": "消息",
    "kind": "类别",
    "about": "关于哪个宝宝",
    "title": "标题",
    "body": "内容",
    "link": "页面",
    "created_at": "时间",
    "read_at": "阅读时间",
    # purchases
    "sku": "商品编码",
    "quantity": "数量",
    "price_fen": "单价（分）",
    "amount_fen": "金额（分）",
}
"""A field without a word keeps its own name: better an English heading than a missing value."""


def word(name: str) -> str:
    return WORDS.get(name, name)
