"""Babies: children and pregnancies, who may see them, and the stage they are in.

Everything about a baby is sealed with a key of its own, and read through doors that check, in the very statement that
reads, who asks and whether the mother's authorization stands. The mother and whom she made a guardian see health data;
a relative of her family sees nickname, age and stage for as long as he belongs to it.
"""

from membership.authorizations import AuthorizationRequired
from membership.babies import ages
from membership.babies.details import ALLERGENS, BabyChanges, BabyDetails, DueDateFrom, Feeding, Sex, Status
from membership.babies.doors import (
    Glimpse,
    Role,
    babies_of,
    glimpse,
    hold_baby,
    open_babies,
    open_baby,
    open_batch,
    open_for_staff,
)
from membership.babies.errors import AlreadyBorn, BabyNotFound, BabyTooOld, GuardianOnly, OnlyTheMother, TooManyBabies
from membership.babies.records import BabyRecord

__all__ = [
    "ALLERGENS",
    "AlreadyBorn",
    "AuthorizationRequired",
    "BabyChanges",
    "BabyDetails",
    "BabyNotFound",
    "BabyRecord",
    "BabyTooOld",
    "DueDateFrom",
    "Feeding",
    "Glimpse",
    "GuardianOnly",
    "OnlyTheMother",
    "Role",
    "Sex",
    "Status",
    "TooManyBabies",
    "ages",
    "babies_of",
    "glimpse",
    "hold_baby",
    "open_babies",
    "open_baby",
    "open_batch",
    "open_for_staff",
]
