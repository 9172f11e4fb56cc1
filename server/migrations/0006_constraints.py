from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("muying", "0005_points_and_mall")]

    initial = False

    operations = [
        ops.AddConstraint(
            model_name="AuditEntry",
            constraint=CheckConstraint(check="action ~ '^[a-z_]+\\.[a-z_]+$'", name="audit_entry_action_shape"),
        ),
        ops.AddConstraint(
            model_name="Notification",
            constraint=UniqueConstraint(fields=("kind", "key"), name="notification_once"),
        ),
        ops.AddConstraint(
            model_name="Notification",
            constraint=CheckConstraint(check="kind ~ '^[a-z_]{1,32}$'", name="notification_kind_shape"),
        ),
    ]
