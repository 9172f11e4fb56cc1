"""Shares of older installations: by which place in the family their mothers gave them.

Where she had left this family while he belonged to it, and came back, nobody can tell whether she has said it again
since. Such a share is over, as those are whose places ended; she gives it anew with one tap.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("muying", "0029_one_hand")]

    operations: list[ops.Operation] = [
        ops.RunSQL(
            """
            UPDATE baby_share share SET giver_id = mother.id
              FROM baby, family_person mother, family_person person
             WHERE baby.id = share.baby_id AND share.giver_id IS NULL
               AND mother.member_id = baby.member_id AND mother.left_at IS NULL
               AND person.id = share.person_id AND person.left_at IS NULL AND person.family_id = mother.family_id
               AND NOT EXISTS (SELECT FROM family_person before
                                WHERE before.member_id = mother.member_id AND before.family_id = mother.family_id
                                  AND before.left_at > person.joined_at);
            """,
            reverse_sql="UPDATE baby_share SET giver_id = NULL",
        ),
    ]
