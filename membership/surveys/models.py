"""Tables of the surveys: questionnaires, sealed answers, and how often each choice was made."""

from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model


class Survey(Model):
    """A questionnaire. Its questions stay as they are: other questions are another survey."""

    id = fields.UUIDField(primary_key=True)
    title = fields.CharField(max_length=64)
    intro = fields.CharField(max_length=500)
    questions: list[dict[str, Any]] = fields.JSONField()
    """`questions.Question`s, in their order."""
    valid_from = fields.DateField()
    valid_until = fields.DateField(null=True)
    """The last business day."""
    active = fields.BooleanField()
    made_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "survey"
        constraints = (CheckConstraint(check="valid_until >= valid_from", name="survey_valid_from_to"),)


class SurveyResponse(Model):
    """What one member answered, sealed with her data key: nobody reads it but she."""

    id = fields.UUIDField(primary_key=True)
    survey: fields.ForeignKeyRelation[Survey] = fields.ForeignKeyField(
        "muying.Survey", related_name=False, on_delete=fields.RESTRICT
    )
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "muying.Member", related_name=False, on_delete=fields.RESTRICT
    )
    answers_sealed = fields.BinaryField()
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "survey_response"
        indexes = (("member_id",), ("created_at",))
        constraints = (UniqueConstraint(fields=("survey_id", "member_id"), name="survey_response_once"),)


class SurveyCount(Model):
    """How often a choice was made. Nobody's: it does not say by whom."""

    id = fields.BigIntField(primary_key=True)
    survey: fields.ForeignKeyRelation[Survey] = fields.ForeignKeyField(
        "muying.Survey", related_name=False, on_delete=fields.RESTRICT
    )
    question = fields.CharField(max_length=32)
    choice = fields.CharField(max_length=32)
    """An option's code or a rating; empty for a question without choices."""
    responses = fields.IntField()
    amount = fields.BigIntField()
    """All numbers and ratings added up."""

    class Meta:
        table = "survey_count"
        constraints = (
            UniqueConstraint(fields=("survey_id", "question", "choice"), name="survey_count_once"),
            CheckConstraint(check="responses >= 1", name="survey_count_of_something"),
        )
