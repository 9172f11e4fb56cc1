"""Guards and reference data by hand: payments."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0009_catalogue")]

    operations: list[ops.Operation] = []
