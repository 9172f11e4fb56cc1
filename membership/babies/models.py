"""Tables: children and pregnancies, and with whom of the family they are shared.

Nothing stands here in clear from which a birth, a due date or a loss could be derived: not the state, not a time of
making, and the id is random, because one that sorts by time tells when a mother thought of it.
"""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

MOST_BABIES = 10
"""Of one mother. Members who turn out to be one may bring that many each."""


class Baby(Model):
    """A child or a pregnancy of a mother: everything about it is sealed with a data key of its own."""

    id = fields.UUIDField(primary_key=True)
    """UUIDv4."""
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    """The mother, or who else wrote it down: the one whose authorization counts."""
    status = fields.CharField(max_length=9)
    """`open`; `hidden`: nobody sees it and it waits for its destruction; `destroyed`: the key is gone."""
    place = fields.SmallIntField(null=True)
    """1, 2, …: each once among the open ones of a mother, so nobody has more, however many are added at once."""
    hidden_on = fields.DateField(null=True)
    data_key = fields.BinaryField(null=True)
    """The baby's data keys, wrapped."""
    details_sealed = fields.BinaryField(null=True)
    """`BabyDetails` as JSON."""

    class Meta:
        table = "baby"
        indexes = (Index(fields=("member_id",)),)
        constraints = (
            UniqueConstraint(fields=("member_id", "place"), name="baby_place_once", condition="place IS NOT NULL"),
            CheckConstraint(check="status IN ('open', 'hidden', 'destroyed')", name="baby_status_known"),
            CheckConstraint(check="place >= 1", name="baby_place_counts_from_one"),
            CheckConstraint(check="(place IS NOT NULL) = (status = 'open')", name="baby_open_has_a_place"),
            CheckConstraint(check="(hidden_on IS NOT NULL) = (status = 'hidden')", name="baby_hidden_since_a_day"),
            CheckConstraint(
                check="(data_key IS NULL) = (status = 'destroyed') AND (details_sealed IS NULL) = (data_key IS NULL)",
                name="baby_destroyed_has_nothing",
            ),
        )


class BabyShare(Model):
    """That a mother lets a person of her family see a baby. It lasts as long as both their places in it do."""

    id = fields.UUIDField(primary_key=True)
    """UUIDv4, as the baby's."""
    baby: fields.ForeignKeyRelation[Baby] = fields.ForeignKeyField(
        "muying.Baby", related_name=False, on_delete=fields.RESTRICT
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.FamilyPerson", related_name=False, on_delete=fields.RESTRICT
    )
    """His place in the family: who leaves and comes back has another."""
    giver: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "muying.FamilyPerson", related_name=False, null=True, on_delete=fields.RESTRICT
    )
    """Hers, when she gave it. Null in rows of before 0030 where it could not be told: they are over."""
    role = fields.CharField(max_length=8)
    """`guardian`: sees and writes health data as well; `relative`: nickname, age and stage."""

    class Meta:
        table = "baby_share"
        unique_together = (("baby_id", "person_id"),)
        indexes = (Index(fields=("person_id",)),)
        constraints = (CheckConstraint(check="role IN ('guardian', 'relative')", name="baby_share_role_known"),)


class BabyStage(Model):
    """That a baby entered a stage: each once. It does not say which, and not when."""

    id = fields.UUIDField(primary_key=True)
    """A keyed hash of the baby and the stage (`entering.mark`), so the same once more is the same row."""
    baby: fields.ForeignKeyRelation[Baby] = fields.ForeignKeyField(
        "muying.Baby", related_name=False, on_delete=fields.RESTRICT
    )
    heard = fields.BooleanField()
    """Whether others were told of it."""

    class Meta:
        table = "baby_stage"
        indexes = (Index(fields=("baby_id",)),)


class StageWalk(Model):
    """How far the walk over all babies came on a day, so that another worker can go on where one stopped."""

    day = fields.DateField(primary_key=True)
    after_id = fields.UUIDField()
    """The last baby that was looked at."""
    finished = fields.BooleanField()

    class Meta:
        table = "stage_walk"
