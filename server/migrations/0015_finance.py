"""Guards and reference data by hand: finance."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0014_families")]

    operations: list[ops.Operation] = []
