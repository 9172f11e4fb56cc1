"""Guards and reference data by hand: wallets."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0012_coupons")]

    operations: list[ops.Operation] = []
