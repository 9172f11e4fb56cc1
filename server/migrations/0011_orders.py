"""Guards and reference data by hand: orders."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0010_payments")]

    operations: list[ops.Operation] = []
