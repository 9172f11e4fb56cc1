"""Reference data that every database has."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0003_guards")]

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
    ]
