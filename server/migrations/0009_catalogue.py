"""Guards and reference data by hand: catalogue."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0008_earning")]

    operations: list[ops.Operation] = []
