"""Stages, from trying for a baby to the sixth birthday: which one a day lies in, and what comes next. Pure.

Asia/Shanghai days, and always the chronological age: a preterm child grows by the corrected one, but enters its stages,
as its vaccinations, by its birthday.
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

import msgspec

from foundation import clock
from membership.babies import ages
from membership.babies.ages import Age, Gestation
from membership.babies.details import BabyDetails

Stage = Literal["trying", "early", "middle", "late", "m0_6", "m6_12", "m12_36", "m36_72", "over"]

PREGNANT: Mapping[Stage, int] = {"early": 0, "middle": ages.MIDDLE_FROM_DAYS, "late": ages.LATE_FROM_DAYS}
"""Of a pregnancy: from which day of it on."""
BORN: Mapping[Stage, int] = {"m0_6": 0, "m6_12": 6, "m12_36": 12, "m36_72": 36, "over": 72}
"""Of a child: from which completed month on."""

_PREGNANT_FROM, _BORN_FROM = list(PREGNANT.values()), list(BORN.values())
_PREGNANT_STAGES, _BORN_STAGES = list(PREGNANT), list(BORN)


class NextStage(msgspec.Struct, frozen=True):
    """What comes next. `on` is the due date before a birth, and None once that has passed, as of a plan."""

    stage: Stage
    on: date | None


class StageView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a baby is on a day. Never logged."""

    stage: Stage
    gestation: Gestation | None = None
    """Of a pregnancy."""
    age: Age | None = None
    """Of a child."""
    corrected_age: Age | None = None
    """Of a preterm child, from the day on which it would have been 40 weeks until 24 months of it."""
    corrected_gestation: Gestation | None = None
    """Of a preterm child before that day."""
    asks_arrival: bool = False
    """From 42 + 0 on one asks whether the baby has arrived, and names nothing that comes next."""
    is_unsaid: bool = False
    """After 44 weeks of a pregnancy nobody knows how it went: neither a week nor the stage is named to anybody."""
    next: NextStage | None = None

    def __repr__(self) -> str:
        """Tells nothing: a representation ends in logs and tracebacks."""
        return "StageView(…)"


def stage_on(details: BabyDetails, day: date) -> Stage:
    """The stage on a day. Without a due date, and before the first day of the last period: trying."""
    if details.birth_date is not None:
        return _BORN_STAGES[bisect_right(_BORN_FROM, _age(details.birth_date, day).months) - 1]
    days = -1 if details.due_date is None else ages.gestation_days(details.due_date, day)
    return "trying" if days < 0 else _PREGNANT_STAGES[bisect_right(_PREGNANT_FROM, days) - 1]


def began_on(details: BabyDetails, stage: Stage) -> date | None:
    """The first day of a stage; None for what has no first day, as trying, or a pregnancy without a due date."""
    if stage in BORN and details.birth_date is not None:
        return clock.add_months(details.birth_date, BORN[stage])
    if stage in PREGNANT and details.due_date is not None:
        return details.due_date - timedelta(days=ages.TERM_DAYS - PREGNANT[stage])
    return None


def view_on(details: BabyDetails, day: date) -> StageView:
    """Everything a guardian may see of it."""
    stage = stage_on(details, day)
    if details.birth_date is None:
        return _of_pregnancy(details, stage, day)
    weeks = details.gestation_days_at_birth
    preterm = weeks is not None and ages.is_preterm(weeks)
    return StageView(
        stage=stage,
        age=_age(details.birth_date, day),
        corrected_age=_corrected_age(details.birth_date, weeks, day) if preterm and weeks is not None else None,
        corrected_gestation=_before_term(details.birth_date, weeks, day) if preterm and weeks is not None else None,
        next=_next(details, stage, day),
    )


def for_relative(view: StageView) -> StageView:
    """What a relative may see: how old the child is, and nothing from which a due date or a gestation follows."""
    following = view.next if view.age is not None else None
    return StageView(stage=view.stage, age=view.age, is_unsaid=view.is_unsaid, next=following)


def _of_pregnancy(details: BabyDetails, stage: Stage, day: date) -> StageView:
    if details.due_date is None or stage == "trying":
        return StageView(stage=stage, next=NextStage("early", began_on(details, "early")))
    gestation = ages.gestation(details.due_date, day)
    if gestation.total_days > ages.LONGEST_PREGNANCY_DAYS:
        return StageView(stage=stage, asks_arrival=True, is_unsaid=True)
    if gestation.total_days >= ages.OVERDUE_FROM_DAYS:
        return StageView(stage=stage, gestation=gestation, asks_arrival=True)
    return StageView(stage=stage, gestation=gestation, next=_next(details, stage, day))


def _next(details: BabyDetails, stage: Stage, day: date) -> NextStage | None:
    if stage == "late":
        return NextStage("m0_6", details.due_date if details.due_date and details.due_date >= day else None)
    following = _BORN_STAGES if stage in BORN else _PREGNANT_STAGES
    place = following.index(stage) + 1
    return NextStage(following[place], began_on(details, following[place])) if place < len(following) else None


def _age(birth: date, day: date) -> Age:
    # Two clocks, of the writer and of the reader, can stand on two sides of midnight.
    return ages.months(birth, max(birth, day))


def _corrected_age(birth: date, gestation_days_at_birth: int, day: date) -> Age | None:
    corrected = ages.corrected(birth, gestation_days_at_birth, day)
    return None if corrected is None or corrected.months >= ages.CORRECTED_UNTIL_MONTHS else corrected


def _before_term(birth: date, gestation_days_at_birth: int, day: date) -> Gestation | None:
    days = gestation_days_at_birth + (max(birth, day) - birth).days
    return Gestation(*divmod(days, 7)) if days < ages.TERM_DAYS else None
