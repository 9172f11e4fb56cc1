"""Reference data that every database has: levels, the notices members agree to, what joining is worth."""

from tortoise import migrations
from tortoise.migrations import operations as ops

PRIVACY = """\
办理会员时，我们会收集并使用您的以下信息：
1. 手机号：用来在门店认出您、把您的消费积分记到您名下、合并您在门店登记过的会员。
2. 会员资料：昵称、与宝宝的关系（必填）；生日、所在城市、了解我们的渠道（可以不填）。用来称呼您、为您提供会员服务。

这些信息加密保存，门店员工只能看到打码后的内容，我们不会把它们卖给或交给无关的第三方。

您可以不同意：不登录也能浏览积分商城，不绑定手机号也能使用会员卡、积分和商城。
您可以随时撤回同意，撤回立即生效：我们会马上删除您的手机号和会员资料；积分和消费记录仍保留在您的会员号下，\
消费记录依法至少保存三年。"""

CHILDREN = """\
未满十四周岁的孩子的信息需要监护人单独同意。您同意后，可以填写宝宝的小名、出生日期或预产期等信息，\
我们只用它们为您提供与宝宝月龄相关的内容和提醒。

请不要填写宝宝的真实姓名和证件号码，我们不需要。
您可以不同意，会员卡、积分和商城照常使用。您可以随时撤回同意，撤回后我们立即停止使用这些信息。
同意即表示您是孩子的监护人。"""

MARKETING = """\
您同意后，我们会通过微信给您发送优惠、新品和活动的消息。
订单、召回和安全提醒不属于此类消息，不受这项选择影响。
您可以不同意，也可以随时撤回，撤回后我们不再发送。"""


def _notice(identifier: str, code: str, title: str, text: str, required_for: str) -> str:
    return (
        "INSERT INTO notice (id, code, version, title, text, required_for, published_at)"  # noqa: S608 - texts of this file
        f" VALUES ('{identifier}', '{code}', 1, '{title}', '{text}', '{required_for}', '2026-01-01T00:00:00+08:00');"
    )


class Migration(migrations.Migration):
    dependencies = [("muying", "0002_guards")]

    operations = [
        # Conditions: `levels.Condition`. Amounts in fen; growth is one per yuan, and tasks may add to it later.
        ops.RunSQL(
            """
            INSERT INTO tier_level (code, name, rank, rate_numerator, rate_denominator, validity_months, match,
                                    conditions, benefits) VALUES
            ('standard', '普通', 0, 1, 1, 12, 'all', '[]',
             '["消费 1 元得 1 积分", "积分兑换好礼"]'),
            ('silver', '银卡', 1, 1, 1, 12, 'any',
             '[{"metric": "amount_fen", "window": "rolling", "months": 12, "at_least": 100000},
               {"metric": "growth", "window": "rolling", "months": 12, "at_least": 1000}]',
             '["消费 1 元得 1 积分", "积分兑换好礼", "银卡专属活动"]'),
            ('gold', '金卡', 2, 3, 2, 12, 'any',
             '[{"metric": "amount_fen", "window": "rolling", "months": 12, "at_least": 500000},
               {"metric": "growth", "window": "rolling", "months": 12, "at_least": 5000}]',
             '["消费 1 元得 1.5 积分", "积分兑换好礼", "金卡专属活动"]'),
            ('diamond', '钻石', 3, 2, 1, 12, 'all',
             '[{"metric": "amount_fen", "window": "rolling", "months": 12, "at_least": 2000000},
               {"metric": "purchases", "window": "rolling", "months": 12, "at_least": 12}]',
             '["消费 1 元得 2 积分", "积分兑换好礼", "钻石专属活动"]')
            """,
            reverse_sql="DELETE FROM tier_level WHERE code IN ('standard', 'silver', 'gold', 'diamond')",
        ),
        ops.RunSQL(
            _notice(
                "01980000-0000-7000-8000-000000000001",
                "privacy",
                "会员个人信息告知",
                PRIVACY,
                '["phone", "profile"]',
            )
            + _notice("01980000-0000-7000-8000-000000000002", "children", "儿童个人信息告知", CHILDREN, "[]")
            + _notice("01980000-0000-7000-8000-000000000003", "marketing", "优惠与活动消息", MARKETING, "[]"),
            reverse_sql="DELETE FROM notice;",
        ),
        ops.RunSQL(
            "INSERT INTO gift_rule (code, points, valid_months) VALUES ('welcome', 100, 12), ('profile', 50, 12);",
            reverse_sql="DELETE FROM gift_rule;",
        ),
    ]
