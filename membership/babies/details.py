"""What is known of a baby: one sealed JSON, read and written as a whole, because nobody searches in it."""

from datetime import date
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

Sex = Literal["girl", "boy"]
DueDateFrom = Literal["last_period", "ultrasound", "said"]
Feeding = Literal["breast", "mixed", "formula"]
Status = Literal["trying", "expected", "born"]
GestationFrom = Literal["due_date", "said"]

ALLERGENS = {
    "cow_milk_protein": "牛奶蛋白",
    "egg": "鸡蛋",
    "peanut": "花生",
    "tree_nut": "坚果",
    "soy": "大豆",
    "wheat": "小麦（麸质）",
    "fish": "鱼",
    "shellfish": "虾蟹贝类",
    "sesame": "芝麻",
    "mango": "芒果",
    "lactose": "乳糖不耐受",
    "penicillin": "青霉素类药物",
}
"""The coded list: code → what a mother reads. Whatever else there is goes into the note."""


class BabyDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a guardian may see. A pregnancy has a due date and no birth date, a plan neither. Never logged."""

    nickname: str
    trying: bool = False
    """A plan (备孕): nothing else is known then. No date can end it, so it is kept as long as the authorization."""
    sex: Sex | None = None
    birth_date: date | None = None
    due_date: date | None = None
    due_date_from: DueDateFrom | None = None
    last_period: date | None = None
    cycle_days: int | None = None
    gestation_days_at_birth: int | None = None
    gestation_from: GestationFrom | None = None
    """Reckoned from the due date, and anew when a day is corrected; or said by her, and left as it is."""
    came_early: bool = False
    """Before 37 weeks, and how early is void by now: what was measured of it at first is not judged any more.
    It stays beside weeks that she types, which go before it: emptied again, nobody knows as before."""
    feeding: Feeding | None = None
    formula_share_percent: int | None = None
    """Of mixed feeding: how much of it is formula, 1 to 99."""
    allergies: tuple[str, ...] = ()
    """Codes of `ALLERGENS`, sorted."""
    allergy_note: str | None = None
    formula_sku: str | None = None
    formula_stage: int | None = None
    """1 to 4 (段)."""
    schedule: str | None = None
    """Of a child: the vaccination schedule in force when its birth was told (`hearers.names_schedule`). Here, because a
    row beside the profile would tell who is born."""

    @property
    def status(self) -> Status:
        if self.birth_date is not None:
            return "born"
        return "trying" if self.trying else "expected"

    def __repr__(self) -> str:
        """Tells nothing: a representation ends in logs and tracebacks."""
        return "BabyDetails(…)"


class BabyChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be written: a field that is not set stays as it is, one that is None is emptied."""

    nickname: str | UnsetType = UNSET
    sex: Sex | UnsetType | None = UNSET
    birth_date: date | UnsetType = UNSET
    due_date: date | UnsetType = UNSET
    due_date_from: DueDateFrom | UnsetType = UNSET
    last_period: date | UnsetType | None = UNSET
    cycle_days: int | UnsetType | None = UNSET
    gestation_days_at_birth: int | UnsetType | None = UNSET
    feeding: Feeding | UnsetType | None = UNSET
    formula_share_percent: int | UnsetType | None = UNSET
    allergies: tuple[str, ...] | UnsetType = UNSET
    allergy_note: str | UnsetType | None = UNSET
    formula_sku: str | UnsetType | None = UNSET
    formula_stage: int | UnsetType | None = UNSET

    def __repr__(self) -> str:
        """Tells nothing, as above."""
        return "BabyChanges(…)"
