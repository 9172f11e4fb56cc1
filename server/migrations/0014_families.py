"""Guards and reference data by hand: families."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0013_wallets")]

    operations: list[ops.Operation] = []
