from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    dependencies = [("muying", "0001_initial")]

    initial = False

    operations = [
        ops.AddConstraint(
            model_name="Session",
            constraint=CheckConstraint(check="generation >= 0", name="session_generation_not_negative"),
        ),
    ]
