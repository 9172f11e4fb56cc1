"""Time limits are kept by one hand: the appointments that kept some of them are over, and what is old is found quickly."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0028_disclosure_parts")]

    operations = [
        ops.RunSQL(
            """
            DELETE FROM pgqueuer_schedules WHERE entrypoint IN ('sessions.sweep', 'ground.forget_keys',
                'ground.forget_job_log', 'ground.forget_messages', 'cards.forget_uses', 'notifications.forget',
                'payments.forget_notifications', 'disclosures.forget_reasons', 'mall.forget_addresses',
                'babies.destroy', 'babies.lapse');
            """,
            # A worker of before makes its own again when it starts.
            reverse_sql="SELECT 1;",
        ),
        ops.RunSQL(
            """
            CREATE INDEX authorization_refusal_by_age ON authorization_refusal (refused_at);
            CREATE INDEX family_invitation_unused ON family_invitation (expires_at) WHERE accepted_at IS NULL;
            """,
            reverse_sql="""
            DROP INDEX family_invitation_unused;
            DROP INDEX authorization_refusal_by_age;
            """,
        ),
    ]
