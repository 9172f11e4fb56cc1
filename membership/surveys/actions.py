"""Writes: the staff's questionnaires, and a member's one response to each."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from foundation import audit, database, jobs
from foundation.errors import FieldError, Invalid
from foundation.ids import new_id
from foundation.transactions import transactional, within_transaction
from membership import earning, members
from membership.surveys import answering, queries
from membership.surveys.errors import SurveyAnswered, SurveyNotFound
from membership.surveys.events import PROFILE_FILLED, ProfileFilled
from membership.surveys.queries import SurveyDraft, SurveyView
from membership.surveys.questions import Answer, Question

SUBJECT = "survey"

# In the order of their keys, so that two responses at once wait for each other and do not lock each other out.
COUNT = """
INSERT INTO survey_count AS known (survey_id, question, choice, responses, amount)
SELECT $1, question, choice, 1, amount
  FROM unnest($2::text[], $3::text[], $4::bigint[]) AS count (question, choice, amount) ORDER BY question, choice
ON CONFLICT (survey_id, question, choice) DO UPDATE
   SET responses = known.responses + 1, amount = known.amount + EXCLUDED.amount
"""


class Responded(msgspec.Struct, frozen=True):
    """What a response brought: points, and which fields of her profile it filled."""

    points: int
    filled: list[str]


@transactional
async def make_survey(by: UUID | None, draft: SurveyDraft) -> SurveyView:
    """Makes a questionnaire. `by`: a member of staff; None for planting. Raises `Invalid`."""
    answering.check_questions(draft.questions)
    _check_days(draft)
    survey_id = new_id()
    await database.execute(
        "INSERT INTO survey (id, title, intro, questions, valid_from, valid_until, active)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        survey_id,
        draft.title,
        draft.intro,
        msgspec.json.encode(draft.questions).decode(),
        draft.valid_from,
        draft.valid_until,
        draft.active,
    )
    if by is not None:
        await audit.record(by, "survey.made", SUBJECT, survey_id, after=msgspec.to_builtins(draft))
    return await queries.survey(survey_id)


@transactional
async def change_survey(by: UUID, survey_id: UUID, changes: Mapping[str, Any]) -> SurveyView:
    """Changes title, intro, days or whether it is active; its questions stay. Raises `SurveyNotFound`, `Invalid`."""
    if not await database.execute("SELECT FROM survey WHERE id = $1 FOR NO KEY UPDATE", survey_id):
        raise SurveyNotFound
    was = await queries.survey(survey_id)
    changed = msgspec.structs.replace(was, **changes)
    assert changed.questions == was.questions, "other questions are another survey"
    _check_days(changed)
    await database.execute(
        "UPDATE survey SET title = $2, intro = $3, valid_from = $4, valid_until = $5, active = $6 WHERE id = $1",
        survey_id,
        changed.title,
        changed.intro,
        changed.valid_from,
        changed.valid_until,
        changed.active,
    )
    before = {name: getattr(was, name) for name in changes}
    await audit.record(by, "survey.changed", SUBJECT, survey_id, before=before, after=changes)
    return changed


@transactional
async def respond(member_id: UUID, survey_id: UUID, answers: Mapping[str, object]) -> Responded:
    """Takes a member's answers, by the codes of the questions; once. They pay what the rules of `earning` say.

    With her consent `privacy` they also fill the profile fields that questions name; without it they are only kept.
    Raises `SurveyNotFound`, `Invalid`, `SurveyAnswered`, `MemberBanned`.
    """
    member = await members.hold_one(member_id)
    member.require_active()
    survey = await queries.open_survey(survey_id)
    read = answering.read_answers(survey.questions, answers)
    response_id = new_id()
    stored = await database.fetchval(
        "INSERT INTO survey_response (id, survey_id, member_id, answers_sealed) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (survey_id, member_id) DO NOTHING RETURNING true",
        response_id,
        survey_id,
        member_id,
        queries.sealed(member, response_id, read),
    )
    if not stored:
        raise SurveyAnswered
    await _count(survey_id, survey.questions, read)
    earned = await earning.earn(
        earning.Survey, member_id, earning.Survey.Occurrence(str(survey_id)), key=f"{survey_id}:{member_id}"
    )
    return Responded(earned.points, await _fill(member, survey.questions, read))


@within_transaction
async def move_all(gone: members.MemberRecord, stays: members.MemberRecord) -> int:
    """Gives one member's responses to the one she turned out to be, sealed anew; how many.

    Where she answered as both, her own stays; the other can't be read any more, as nothing of the one who is gone can.
    The caller holds both.
    """
    rows = await database.fetch(
        "SELECT id, answers_sealed FROM survey_response WHERE member_id = $1"
        " AND survey_id NOT IN (SELECT survey_id FROM survey_response WHERE member_id = $2)",
        gone.id,
        stays.id,
    )
    for row in rows:
        answers = queries.unsealed(gone, row["id"], row["answers_sealed"])
        await database.execute(
            "UPDATE survey_response SET member_id = $2, answers_sealed = $3 WHERE id = $1",
            row["id"],
            stays.id,
            queries.sealed(stays, row["id"], answers),
        )
    return len(rows)


async def _count(survey_id: UUID, questions: Sequence[Question], answers: Mapping[str, Answer]) -> None:
    counts = [
        (question.code, count.choice, count.amount)
        for question in questions
        if question.code in answers
        for count in question.counts(answers[question.code])
    ]
    if counts:
        codes, choices, amounts = zip(*counts, strict=True)
        await database.execute(COUNT, survey_id, codes, choices, amounts)


async def _fill(
    member: members.MemberRecord, questions: Sequence[Question], answers: Mapping[str, Answer]
) -> list[str]:
    codes: dict[str, str] = {
        question.fills: question.code for question in questions if question.fills and question.code in answers
    }
    if not codes or not await members.has_consented(member.id, members.PRIVACY):
        return []
    changes = msgspec.convert({field: answers[code] for field, code in codes.items()}, members.ProfileChanges)
    try:
        written = await members.write_profile(member, changes)
    except Invalid as refused:
        raise Invalid(
            errors=[FieldError(answering.place(codes[error.field]), error.message) for error in refused.errors]
        ) from None
    await earning.earn(
        earning.ProfileCompletion, member.id, earning.ProfileCompletion.of(written.profile()), key=str(member.id)
    )
    if not written.profile().missing_required:
        await jobs.enqueue(PROFILE_FILLED, ProfileFilled(member.id))
    return sorted(codes)


def _check_days(draft: SurveyDraft) -> None:
    if draft.valid_until is not None and draft.valid_until < draft.valid_from:
        raise Invalid(errors=[FieldError("valid_until", "结束日期不能早于开始日期")])
