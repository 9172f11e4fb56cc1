"""Parts of a child, and what was declared: those of older requests, and that neither changes afterwards."""

from tortoise import migrations
from tortoise.migrations import operations as ops

GUARD = """
CREATE OR REPLACE FUNCTION disclosure_only_decided_and_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{{member_id,reason_sealed,granted,decided_by_id,decided_at,open_until,ended_by_id,
                         ended_at{more}}}'::text[]
       <> to_jsonb(OLD) - '{{member_id,reason_sealed,granted,decided_by_id,decided_at,open_until,ended_by_id,
                            ended_at{more}}}'::text[]
       OR OLD.granted IS NOT NULL AND (NEW.granted, NEW.decided_by_id, NEW.decided_at, NEW.open_until{new})
          IS DISTINCT FROM (OLD.granted, OLD.decided_by_id, OLD.decided_at, OLD.open_until{old})
       OR OLD.ended_at IS NOT NULL
          AND (NEW.ended_at, NEW.ended_by_id) IS DISTINCT FROM (OLD.ended_at, OLD.ended_by_id) THEN
        RAISE EXCEPTION 'disclosure is append-only: it is decided once and ended once'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
WITH_PARTS = GUARD.format(
    more=",granted_parts,decided_unrelated",
    new=", NEW.granted_parts, NEW.decided_unrelated",
    old=", OLD.granted_parts, OLD.decided_unrelated",
)


class Migration(migrations.Migration):
    dependencies = [("muying", "0027_ending_authorizations")]

    operations: list[ops.Operation] = [
        # Until now a child's details were all that could be asked for, and nobody could ask or approve without declaring
        # to be no relative: it is known of every request, although it was not written down.
        ops.RunSQL(
            """
            ALTER TABLE disclosure DISABLE TRIGGER disclosure_only_decided_and_ended;
            UPDATE disclosure SET parts = '{details}', asked_unrelated = true,
                   granted_parts = CASE WHEN granted THEN '{details}'::text[] ELSE '{}' END,
                   decided_unrelated = CASE WHEN granted THEN true END
             WHERE baby_id IS NOT NULL AND parts = '{}';
            ALTER TABLE disclosure ENABLE TRIGGER disclosure_only_decided_and_ended;
            ALTER TABLE disclosure_look DISABLE TRIGGER disclosure_look_append_only;
            UPDATE disclosure_look SET part = 'details' FROM disclosure
             WHERE disclosure.id = disclosure_id AND disclosure.baby_id IS NOT NULL AND part IS NULL;
            ALTER TABLE disclosure_look ENABLE TRIGGER disclosure_look_append_only;
            """,
            reverse_sql="SELECT 1",
        ),
        # Not among the model's own: it would have been asked of the older rows before they were filled in.
        ops.RunSQL(
            """
            ALTER TABLE disclosure
                ADD CONSTRAINT disclosure_of_a_child_by_strangers CHECK (
                    baby_id IS NULL OR parts <> '{}' AND asked_unrelated IS TRUE
                    AND (granted IS NOT TRUE OR granted_parts <> '{}' AND decided_unrelated IS TRUE));
            """,
            reverse_sql="ALTER TABLE disclosure DROP CONSTRAINT disclosure_of_a_child_by_strangers;",
        ),
        ops.RunSQL(WITH_PARTS, reverse_sql=GUARD.format(more="", new="", old="")),
    ]
