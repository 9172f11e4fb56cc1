"""Babies: children, pregnancies and plans, who may see them, and the stage they are in.

Everything about a baby is sealed with a key of its own, and read through doors that check, in the very statement that
reads, who asks and whether the mother's authorization stands. The mother and whom she made a guardian see health data;
a relative of her family sees nickname, age and stage for as long as he belongs to it.
"""

from membership.authorizations import AuthorizationRequired
from membership.babies import ages, replaying, stage_words  # noqa: F401  # who lays stones must know them
from membership.babies.births import Newborn, Pregnancy, born, pregnant
from membership.babies.details import (
    ALLERGENS,
    BabyChanges,
    BabyDetails,
    DueDateFrom,
    Feeding,
    GestationFrom,
    Sex,
    Status,
)
from membership.babies.doors import (
    Glimpse,
    Role,
    Sight,
    babies_of,
    glimpse,
    hold_baby,
    hold_to_replay,
    look,
    open_babies,
    open_baby,
    open_batch,
    open_for_staff,
    open_theirs,
)
from membership.babies.entering import Entered, on_stage_entered
from membership.babies.errors import (
    AlreadyBorn,
    AlreadyExpected,
    AlreadyTrying,
    BabyNotFound,
    BabyTooOld,
    GuardianOnly,
    NotBornYet,
    OnlyTheMother,
    TooManyBabies,
)
from membership.babies.hearers import (
    Destruction,
    names_schedule,
    on_changed,
    on_destroyed,
    on_put_away,
    records_destructions,
)
from membership.babies.lapsing import EXPIRED_DAYS, WITHDRAWN_DAYS, put_away_lapsed
from membership.babies.putting_away import (
    PutAway,
    bring_back,
    destroy_all,
    destroy_due,
    destroy_one,
    put_away,
    put_away_babies,
)
from membership.babies.records import BabyRecord
from membership.babies.sharing import ShareRole, ShareView, move_all, share_with, shares, stop_sharing
from membership.babies.stages import NextStage, Stage, StageView
from membership.babies.voiding import Voided, void_pregnancies
from membership.babies.writing import MOST_AT_ONCE, add, change

__all__ = [
    "ALLERGENS",
    "EXPIRED_DAYS",
    "MOST_AT_ONCE",
    "WITHDRAWN_DAYS",
    "AlreadyBorn",
    "AlreadyExpected",
    "AlreadyTrying",
    "AuthorizationRequired",
    "BabyChanges",
    "BabyDetails",
    "BabyNotFound",
    "BabyRecord",
    "BabyTooOld",
    "Destruction",
    "DueDateFrom",
    "Entered",
    "Feeding",
    "GestationFrom",
    "Glimpse",
    "GuardianOnly",
    "Newborn",
    "NextStage",
    "NotBornYet",
    "OnlyTheMother",
    "Pregnancy",
    "PutAway",
    "Role",
    "Sex",
    "ShareRole",
    "ShareView",
    "Sight",
    "Stage",
    "StageView",
    "Status",
    "TooManyBabies",
    "Voided",
    "add",
    "ages",
    "babies_of",
    "born",
    "bring_back",
    "change",
    "destroy_all",
    "destroy_due",
    "destroy_one",
    "glimpse",
    "hold_baby",
    "hold_to_replay",
    "look",
    "move_all",
    "names_schedule",
    "on_changed",
    "on_destroyed",
    "on_put_away",
    "on_stage_entered",
    "open_babies",
    "open_baby",
    "open_batch",
    "open_for_staff",
    "open_theirs",
    "pregnant",
    "put_away",
    "put_away_babies",
    "put_away_lapsed",
    "records_destructions",
    "share_with",
    "shares",
    "stage_words",
    "stop_sharing",
    "void_pregnancies",
]
