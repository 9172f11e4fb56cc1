"""Guards and reference data by hand: earning."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0007_ledger")]

    operations: list[ops.Operation] = []
