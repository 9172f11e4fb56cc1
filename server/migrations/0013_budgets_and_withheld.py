"""What comes back of a budget counts where the budget is counted now; what a sale sold is withheld until it is over."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("muying", "0012_finance")]

    initial = False

    operations = [
        ops.RemoveConstraint(
            model_name="EarnRule",
            name="earn_rule_within_budget",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="EarnRule",
            constraint=CheckConstraint(
                check="spent_before >= 0 AND CASE WHEN budget IS NULL THEN spent = 0"
                " ELSE spent_before + spent BETWEEN 0 AND budget END",
                name="earn_rule_within_budget",
            ),
        ),
        ops.RemoveConstraint(
            model_name="Product",
            name="product_withheld_within_supplied",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="Product",
            constraint=CheckConstraint(check="withheld >= 0", name="product_withheld_not_negative"),
        ),
        # Rows of before are brought to it by the SQL beside this file; those of after need no way back.
    ]
