"""The stage of a baby: week and day or months and days, and what comes next."""

from datetime import date
from uuid import UUID

from foundation import clock
from foundation.http import Caller, View
from membership import babies
from miniprogram_api.babies import READING, AgeOut, GestationOut
from miniprogram_api.face import mothers


class NextStageOut(View):
    """What comes next. `on` is the due date before a birth, null once that has passed, as for a plan."""

    stage: babies.Stage
    title: str
    on: date | None
    days: int | None
    """From today until `on`."""
    words: str
    """距预产期还有84天"""


class CorrectedOut(View):
    """Of a child born before 37 weeks: `gestation` until it would have been 40 weeks, then `age` until 24 months.

    For looking at growth; stages and vaccinations go by the day of birth."""

    age: AgeOut | None
    gestation: GestationOut | None
    words: str


class StageOut(View):
    """Where a baby is today. `gestation` is of a pregnancy and `age` of a child. A relative sees no gestation, and of
    a pregnancy nothing that comes next; `corrected` and `arrival` are a guardian's too."""

    stage: babies.Stage
    title: str
    """孕早期; neutral once 44 weeks have passed without a birth, and then only this is shown of a stage."""
    words: str
    """孕12周+1天, 3个月5天; without a gestation the title."""
    gestation: GestationOut | None
    age: AgeOut | None
    corrected: CorrectedOut | None
    arrival: str | None
    """From 42 weeks on: the question whether the baby has arrived. Then nothing comes `next`."""
    next: NextStageOut | None


@mothers.get("/babies/{baby_id}/stage", who="member", refuses=READING)
async def baby_stage(caller: Caller, baby_id: UUID) -> StageOut:
    """The stage that a baby is in today, in Asia/Shanghai days, and what comes next."""
    return stage_out((await babies.glimpse(caller.subject, baby_id)).stage)


def stage_out(view: babies.StageView) -> StageOut:
    return StageOut(
        stage=view.stage,
        title=babies.stage_words.title(view),
        words=babies.stage_words.words(view),
        gestation=_gestation(view.gestation),
        age=_age(view.age),
        corrected=_corrected(view),
        arrival=babies.stage_words.arrival(view),
        next=_next(view),
    )


def _next(view: babies.StageView) -> NextStageOut | None:
    today = clock.today()
    said = babies.stage_words.next_words(view, today)
    if view.next is None or said is None:
        return None
    return NextStageOut(
        stage=view.next.stage,
        title=babies.stage_words.TITLES[view.next.stage],
        on=view.next.on,
        days=None if view.next.on is None else (view.next.on - today).days,
        words=said,
    )


def _corrected(view: babies.StageView) -> CorrectedOut | None:
    said = babies.stage_words.corrected_words(view)
    if said is None:
        return None
    return CorrectedOut(age=_age(view.corrected_age), gestation=_gestation(view.corrected_gestation), words=said)


def _age(age: babies.ages.Age | None) -> AgeOut | None:
    return None if age is None else AgeOut(age.months, age.days)


def _gestation(gestation: babies.ages.Gestation | None) -> GestationOut | None:
    return None if gestation is None else GestationOut(gestation.weeks, gestation.days)
