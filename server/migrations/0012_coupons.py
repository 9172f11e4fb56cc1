"""Guards and reference data by hand: coupons."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0011_orders")]

    operations: list[ops.Operation] = []
