"""Writes: adding babies, changing what is known of one, and the birth."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec
from msgspec import UNSET

from foundation import database
from foundation.errors import FieldError, Invalid
from foundation.secrets import vault
from foundation.transactions import transactional
from membership import authorizations, members
from membership.authorizations import AuthorizationRequired
from membership.babies import doors, hearers
from membership.babies.checks import check_birth_date, checked, gestation_at_birth, same_baby
from membership.babies.details import BabyChanges, BabyDetails, Sex
from membership.babies.doors import Glimpse, Role, glimpse_of
from membership.babies.errors import AlreadyBorn, TooManyBabies
from membership.babies.models import MOST_BABIES
from membership.babies.records import COLUMNS, BabyRecord, record, seal_details

# The id is no UUIDv7: it would tell when the baby was added.
ADD = """
INSERT INTO baby (id, member_id, status, place, data_key, details_sealed)
SELECT $1, $2, 'open', place, $3, $4 FROM generate_series(1, $5::int) place
 WHERE NOT EXISTS (SELECT FROM baby taken WHERE taken.member_id = $2 AND taken.place = place.place)
   AND (SELECT count(*) FROM baby others WHERE others.member_id = $2 AND others.status = 'open') < $5
 ORDER BY place LIMIT 1
"""
HERS = f"SELECT {COLUMNS} FROM baby WHERE member_id = $1 AND status = 'open' ORDER BY place"  # noqa: S608  # our own
MOST_AT_ONCE = 4


class Newborn(msgspec.Struct, frozen=True, kw_only=True):
    """One child of a birth; the only one keeps nickname and sex of the pregnancy where it has none. Never logged."""

    nickname: str | None = None
    sex: Sex | None = None

    def __repr__(self) -> str:
        """Names nobody: a representation ends in logs and tracebacks."""
        return "Newborn(…)"


@transactional
async def add(member_id: UUID, babies: Sequence[BabyDetails]) -> list[Glimpse]:
    """Writes down one to four children or pregnancies of hers, twins one by one. What stands there already (same
    nickname and day) is given back instead of being added again.

    Raises `MemberBanned`, `AuthorizationRequired`, `Invalid`, `BabyTooOld`, `TooManyBabies`.
    """
    member = await members.hold_one(member_id)
    member.require_active()
    if not await authorizations.stands(member_id, "service"):
        raise AuthorizationRequired
    known = await _hers(member_id)
    found = []
    for baby in _all_checked(babies):
        repeated = next((each for each in known if same_baby(each.details, baby)), None)
        found.append(repeated or await _insert(member_id, baby))
        known.append(found[-1])
    return [glimpse_of(each, "mother") for each in found]


@transactional
async def change(guardian_id: UUID, baby_id: UUID, changes: BabyChanges) -> Glimpse:
    """Changes what is known of a baby. A birth is another verb, and a day of birth can be corrected afterwards.

    Raises `Invalid`, `BabyTooOld`, and what `hold_baby` does.
    """
    baby = await doors.hold_baby(guardian_id, baby_id)
    if changes.birth_date is not UNSET and baby.status == "expected":
        raise Invalid(errors=[FieldError("birth_date", "请用“宝宝出生啦”来记录出生")])
    written = await _write(baby, checked(_changed(baby.details, changes), baby.details))
    return glimpse_of(written, _role(guardian_id, written))


@transactional
async def born(
    guardian_id: UUID,
    baby_id: UUID,
    birth_date: date,
    children: Sequence[Newborn],
    gestation_days_at_birth: int | None = None,
) -> list[Glimpse]:
    """A pregnancy becomes its one to four children in one step; the first keeps the profile, and all of them are shared
    as it was. Telling the same again gives the same answer.

    Raises `AlreadyBorn`, `Invalid`, `BabyTooOld`, `TooManyBabies`, and what `hold_baby` does.
    """
    seen = await doors.open_baby(guardian_id, baby_id)
    await members.hold_one(seen.member_id)  # twins take places of hers
    pregnancy = await doors.hold_baby(guardian_id, baby_id)
    role = _role(guardian_id, pregnancy)
    nicknames = _nicknames(pregnancy.details, children)
    if pregnancy.status == "born":
        return [glimpse_of(each, role) for each in await _born_before(pregnancy, birth_date, nicknames)]
    if errors := check_birth_date(birth_date):
        raise Invalid(errors=errors)
    gestation = gestation_at_birth(pregnancy.details.due_date, birth_date, gestation_days_at_birth)
    babies = [
        BabyDetails(nickname=name, sex=sex, birth_date=birth_date, gestation_days_at_birth=gestation)
        for name, sex in zip(nicknames, _sexes(pregnancy.details, children), strict=True)
    ]
    first, *others = _all_checked(babies)
    kept = _with_pregnancy(first, pregnancy.details)
    found = [await _write(pregnancy, kept)]
    found += [await _insert(pregnancy.member_id, other) for other in others]
    await _share_as(baby_id, [other.id for other in found[1:]])
    return [glimpse_of(each, role) for each in found]


def _role(guardian_id: UUID, baby: BabyRecord) -> Role:
    return "mother" if baby.member_id == guardian_id else "guardian"


def _all_checked(babies: Sequence[BabyDetails]) -> list[BabyDetails]:
    """Raises `Invalid` with the place of every complaint."""
    errors: list[FieldError] = []
    found = []
    for number, baby in enumerate(babies):
        try:
            found.append(checked(baby))
        except Invalid as invalid:
            errors += [FieldError(f"babies[{number}].{error.field}", error.message) for error in invalid.errors]
    if errors:
        raise Invalid(errors=errors)
    return found


def _changed(details: BabyDetails, changes: BabyChanges) -> BabyDetails:
    given: dict[str, Any] = {
        name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET
    }
    if "due_date" in given:
        given.setdefault("due_date_from", "said")
    elif ("last_period" in given or "cycle_days" in given) and details.due_date_from != "ultrasound":
        given |= {"due_date": None, "due_date_from": None} if given.get("last_period", details.last_period) else {}
    if given.get("feeding", "mixed") != "mixed":
        given.setdefault("formula_share_percent", None)
    return msgspec.structs.replace(details, **given)


def _nicknames(pregnancy: BabyDetails, children: Sequence[Newborn]) -> list[str]:
    """What they are called. Raises `Invalid` unless each of several has a name of its own."""
    names = [(child.nickname or "").strip() for child in children]
    if len(names) == 1:
        return [names[0] or pregnancy.nickname]
    if not all(names) or len(set(names)) < len(names):
        raise Invalid(errors=[FieldError("children", "请给每个宝宝取一个不同的小名")])
    return names


def _sexes(pregnancy: BabyDetails, children: Sequence[Newborn]) -> list[Sex | None]:
    """What was known before the birth is of an only child; of twins nobody knows which one was meant."""
    said = [child.sex for child in children]
    return said if len(said) > 1 else [said[0] or pregnancy.sex]


def _with_pregnancy(child: BabyDetails, pregnancy: BabyDetails) -> BabyDetails:
    """Keeps what was known of the pregnancy, until it is void a year later."""
    return msgspec.structs.replace(
        child,
        due_date=pregnancy.due_date,
        due_date_from=pregnancy.due_date_from,
        last_period=pregnancy.last_period,
        cycle_days=pregnancy.cycle_days,
    )


async def _born_before(baby: BabyRecord, birth_date: date, nicknames: list[str]) -> list[BabyRecord]:
    """The children of a birth that was told before in the same words. Raises `AlreadyBorn` for other words."""
    children = {
        each.details.nickname: each
        for each in await _hers(baby.member_id)
        if each.details.birth_date == birth_date and each.details.nickname in nicknames
    }
    if len(children) < len(nicknames) or baby.details.nickname not in children:
        raise AlreadyBorn
    return [children[name] for name in nicknames]


async def _hers(member_id: UUID) -> list[BabyRecord]:
    return [record(row) for row in await database.fetch(HERS, member_id)]


async def _insert(member_id: UUID, details: BabyDetails) -> BabyRecord:
    """The caller holds the mother. Raises `TooManyBabies`."""
    baby_id = uuid4()
    keyring, stored = vault().new_keyring()
    sealed = seal_details(keyring, baby_id, details)
    if not await database.execute(ADD, baby_id, member_id, stored, sealed, MOST_BABIES):
        raise TooManyBabies
    baby = BabyRecord(id=baby_id, member_id=member_id, details=details, keyring=keyring)
    await hearers.tell_changed(baby)
    return baby


async def _write(baby: BabyRecord, details: BabyDetails) -> BabyRecord:
    """The caller holds the baby."""
    sealed = seal_details(baby.keyring, baby.id, details)
    await database.execute("UPDATE baby SET details_sealed = $2 WHERE id = $1", baby.id, sealed)
    written = msgspec.structs.replace(baby, details=details)
    await hearers.tell_changed(written)
    return written


async def _share_as(baby_id: UUID, twins: list[UUID]) -> None:
    if twins:
        await database.execute(
            "INSERT INTO baby_share (id, baby_id, person_id, role)"
            " SELECT gen_random_uuid(), twin.id, share.person_id, share.role"
            " FROM baby_share share, unnest($2::uuid[]) AS twin (id) WHERE share.baby_id = $1",
            baby_id,
            twins,
        )
