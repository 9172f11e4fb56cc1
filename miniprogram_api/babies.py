"""Her babies: children, pregnancies and plans, and an end without questions."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from foundation.http import Body, Caller, Page, View
from membership import babies, members
from miniprogram_api.face import mothers

Nickname = Annotated[str, Meta(min_length=1, max_length=20, description="No legal name.", examples=["小满"])]
Days = Annotated[int, Meta(ge=0, le=999)]
Percent = Annotated[int, Meta(ge=-1000, le=1000)]
Allergies = Annotated[tuple[Annotated[str, Meta(max_length=32)], ...], Meta(max_length=20)]
Note = Annotated[str, Meta(max_length=200)]
Sku = Annotated[str, Meta(max_length=64)]
FormulaStage = Annotated[int, Meta(ge=-99, le=99, description="1 to 4 (段).")]

READING = (babies.BabyNotFound, babies.AuthorizationRequired)
WRITING = (*READING, babies.GuardianOnly)


class BabyIn(Body):
    """A child (`birth_date`), a pregnancy (`due_date`, or `last_period` from which it is reckoned), or a plan
    (`trying`).

    Of a plan (备孕) nothing else is said, its nickname may be left out, and there is one at a time. Feeding, allergies
    and formula are a child's; `formula_share_percent` (1 to 99) belongs to mixed feeding."""

    nickname: Nickname | None = None
    trying: bool = False
    sex: babies.Sex | None = None
    birth_date: date | None = None
    due_date: date | None = None
    due_date_from: babies.DueDateFrom | None = None
    last_period: date | None = None
    cycle_days: Days | None = None
    gestation_days_at_birth: Days | None = None
    feeding: babies.Feeding | None = None
    formula_share_percent: Percent | None = None
    allergies: Allergies = ()
    allergy_note: Note | None = None
    formula_sku: Sku | None = None
    formula_stage: FormulaStage | None = None


class BabiesIn(Body):
    """One or several at once: twins are two."""

    babies: Annotated[list[BabyIn], Meta(min_length=1, max_length=babies.MOST_AT_ONCE)]


class BabyChangesIn(Body):
    """What is to be changed. A field that is left out stays as it is, one that is null is emptied."""

    nickname: Nickname | UnsetType = UNSET
    sex: babies.Sex | UnsetType | None = UNSET
    birth_date: date | UnsetType = UNSET
    due_date: date | UnsetType = UNSET
    due_date_from: babies.DueDateFrom | UnsetType = UNSET
    last_period: date | UnsetType | None = UNSET
    cycle_days: Days | UnsetType | None = UNSET
    gestation_days_at_birth: Days | UnsetType | None = UNSET
    feeding: babies.Feeding | UnsetType | None = UNSET
    formula_share_percent: Percent | UnsetType | None = UNSET
    allergies: Allergies | UnsetType = UNSET
    allergy_note: Note | UnsetType | None = UNSET
    formula_sku: Sku | UnsetType | None = UNSET
    formula_stage: FormulaStage | UnsetType | None = UNSET


class GestationOut(View):
    """Completed weeks and the days above them."""

    weeks: int
    days: int


class AgeOut(View):
    """Completed months and the days above them."""

    months: int
    days: int


class BabyDetailsOut(View):
    """What only guardians see."""

    sex: babies.Sex | None
    birth_date: date | None
    due_date: date | None
    due_date_from: babies.DueDateFrom | None
    last_period: date | None
    cycle_days: int | None
    gestation_days_at_birth: int | None
    gestation_from: babies.GestationFrom | None
    """Reckoned from the due date, and anew when a day is corrected, or said."""
    feeding: babies.Feeding | None
    formula_share_percent: int | None
    allergies: list[str]
    allergy_note: str | None
    formula_sku: str | None
    formula_stage: int | None


class BabyOut(View):
    """A baby as the caller may see it: `role` says as whom. `gestation` (of a pregnancy) and `details` are a guardian's
    and null for relatives; `age` is null until the birth."""

    id: UUID
    role: babies.Role
    status: babies.Status
    stage: babies.Stage
    title: str
    """The stage as it is shown: neutral once 44 weeks have passed without a birth."""
    nickname: str
    age: AgeOut | None
    gestation: GestationOut | None
    details: BabyDetailsOut | None


class AllergenOut(View):
    code: str
    title: str


@mothers.get("/allergens", who="public")
async def allergens() -> Page[AllergenOut]:
    """The coded list of allergies."""
    items = [AllergenOut(code, title) for code, title in babies.ALLERGENS.items()]
    return Page(items=items, next_cursor=None)


@mothers.get("/babies", who="member")
async def my_babies(caller: Caller) -> Page[BabyOut]:
    """Her babies in the order in which she added them, then those that her family shares with her.

    There is one page. Nothing while the authorization of the baby's mother does not stand."""
    return page(await babies.babies_of(caller.subject))


@mothers.post(
    "/babies",
    who="member",
    status=201,
    refuses=(
        members.MemberBanned,
        babies.AuthorizationRequired,
        babies.BabyTooOld,
        babies.AlreadyTrying,
        babies.TooManyBabies,
    ),
)
async def add_babies(caller: Caller, body: BabiesIn) -> Page[BabyOut]:
    """Add children and pregnancies, or a plan; needs the authorization for `service`.

    Twins need a nickname each. The same request once more gives back what is there and adds nothing."""
    given = [msgspec.structs.asdict(baby) for baby in body.babies]
    details = [babies.BabyDetails(**{**each, "nickname": each["nickname"] or ""}) for each in given]
    return page(await babies.add(caller.subject, details))


@mothers.get("/babies/{baby_id}", who="member", refuses=READING)
async def baby(caller: Caller, baby_id: UUID) -> BabyOut:
    """A baby, as far as the caller may see it."""
    return baby_out(await babies.glimpse(caller.subject, baby_id))


@mothers.patch("/babies/{baby_id}", who="member", refuses=(*WRITING, babies.BabyTooOld))
async def change_baby(caller: Caller, baby_id: UUID, body: BabyChangesIn) -> BabyOut:
    """Change what is known of a baby; for guardians.

    A due date that was reckoned follows the last period and the cycle. One that she or an ultrasound said stays, and
    the answer says so (`due_date_from`), unless `due_date_from: last_period` asks for it to be reckoned."""
    changes = babies.BabyChanges(**msgspec.structs.asdict(body))
    return baby_out(await babies.change(caller.subject, baby_id, changes))


@mothers.post("/babies/{baby_id}/ending", who="member", refuses=(babies.BabyNotFound, babies.OnlyTheMother))
async def end(caller: Caller, baby_id: UUID) -> None:
    """No more content about this baby: one tap, no question.

    At once nobody sees it and no message is made of it; after seven days it is destroyed for good. Again: nothing
    happens."""
    await babies.put_away(caller.subject, baby_id)


@mothers.delete(
    "/babies/{baby_id}/ending",
    who="member",
    refuses=(babies.BabyNotFound, babies.AlreadyTrying, babies.TooManyBabies, babies.AuthorizationRequired),
)
async def take_back_the_end(caller: Caller, baby_id: UUID) -> None:
    """Take back a mistaken tap, within seven days; `GET /api/v1/me/put-away-babies` has the ids."""
    await babies.bring_back(caller.subject, baby_id)


@mothers.delete("/babies/{baby_id}", who="member", refuses=(babies.BabyNotFound, babies.OnlyTheMother))
async def remove_baby(caller: Caller, baby_id: UUID) -> None:
    """Remove a profile: the same as its ending, and nobody can tell the two apart later."""
    await babies.put_away(caller.subject, baby_id)


def page(seen: list[babies.Glimpse]) -> Page[BabyOut]:
    return Page(items=[baby_out(each) for each in seen], next_cursor=None)


def baby_out(seen: babies.Glimpse) -> BabyOut:
    return BabyOut(
        id=seen.id,
        role=seen.role,
        status=seen.status,
        stage=seen.stage.stage,
        title=babies.stage_words.title(seen.stage),
        nickname=seen.nickname,
        age=None if seen.age is None else AgeOut(seen.age.months, seen.age.days),
        gestation=None if seen.gestation is None else GestationOut(seen.gestation.weeks, seen.gestation.days),
        details=None if seen.details is None else _details(seen.details),
    )


def _details(details: babies.BabyDetails) -> BabyDetailsOut:
    values = msgspec.structs.asdict(details)
    del values["nickname"], values["trying"], values["came_early"], values["schedule"]
    return BabyDetailsOut(**{**values, "allergies": list(details.allergies)})
