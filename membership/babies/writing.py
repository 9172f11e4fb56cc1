"""Writes: adding babies, and changing what is known of one."""

from collections.abc import Sequence
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
from membership.babies.checks import PREGNANCY, checked, require_told_apart
from membership.babies.details import BabyChanges, BabyDetails
from membership.babies.doors import Glimpse, Role, glimpse_of
from membership.babies.errors import AlreadyTrying, TooManyBabies
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


@transactional
async def add(member_id: UUID, babies: Sequence[BabyDetails]) -> list[Glimpse]:
    """Writes down one to four children or pregnancies of hers, twins one by one, or a plan. What stands there already,
    the same in everything, is given back instead of being added again: she tapped twice.

    Raises `MemberBanned`, `AuthorizationRequired`, `Invalid`, `BabyTooOld`, `AlreadyTrying`, `TooManyBabies`.
    """
    member = await members.hold_one(member_id)
    member.require_active()
    if not await authorizations.stands(member_id, "service"):
        raise AuthorizationRequired
    wanted = all_checked(babies)
    require_told_apart(wanted)
    known = await hers(member_id)
    told_before = list(known)
    found = []
    for baby in wanted:
        repeated = next((each for each in told_before if _as_told(each.details) == baby), None)
        if repeated is None:
            require_one_plan(baby, known)
            known.append(await insert(member_id, baby))
        else:
            told_before.remove(repeated)
        found.append(repeated or known[-1])
    return [glimpse_of(each, "mother") for each in found]


@transactional
async def change(guardian_id: UUID, baby_id: UUID, changes: BabyChanges) -> Glimpse:
    """Changes what is known of a baby. A pregnancy and a birth are other verbs, and their days can be corrected
    afterwards.

    Raises `Invalid`, `BabyTooOld`, and what `hold_baby` does.
    """
    baby = await doors.hold_baby(guardian_id, baby_id)
    _refuse_other_verbs(baby, changes)
    written = await write(baby, checked(_changed(baby.details, changes), baby.details))
    return glimpse_of(written, role_of(guardian_id, written))


def role_of(guardian_id: UUID, baby: BabyRecord) -> Role:
    return "mother" if baby.member_id == guardian_id else "guardian"


def all_checked(babies: Sequence[BabyDetails]) -> list[BabyDetails]:
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


def require_one_plan(baby: BabyDetails, others: Sequence[BabyRecord]) -> None:
    """She tries for one baby at a time; whoever was merged may have brought a second plan. Raises `AlreadyTrying`."""
    if baby.trying and any(other.details.trying for other in others):
        raise AlreadyTrying


def _refuse_other_verbs(baby: BabyRecord, changes: BabyChanges) -> None:
    """A step of life that is told in passing would be a typing error. Raises `Invalid`."""
    errors = []
    if changes.birth_date is not UNSET and baby.status != "born":
        errors.append(FieldError("birth_date", "请用“宝宝出生啦”来记录出生"))
    if baby.status == "trying":
        told = [name for name in PREGNANCY if getattr(changes, name) is not UNSET]
        errors += [FieldError(name, "请用“怀孕啦”来记录怀孕") for name in told]
    if errors:
        raise Invalid(errors=errors)


def _changed(details: BabyDetails, changes: BabyChanges) -> BabyDetails:
    given: dict[str, Any] = {
        name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET
    }
    if "due_date" in given:
        given.setdefault("due_date_from", "said")
    elif _is_reckoned_anew(details, given):
        given |= {"due_date": None, "due_date_from": None}
    if given.get("feeding", "mixed") != "mixed":
        given.setdefault("formula_share_percent", None)
    return msgspec.structs.replace(details, **given)


def _is_reckoned_anew(details: BabyDetails, given: dict[str, Any]) -> bool:
    """Whether the due date follows from the last period now: because it did before, or she asks for it. What she said
    herself, or an ultrasound, stays otherwise. Raises `Invalid` when she asks and there is none."""
    last_period = given.get("last_period", details.last_period)
    if given.get("due_date_from") == "last_period":
        if last_period is None:
            raise Invalid(errors=[FieldError("last_period", "请先填写末次月经，才能推算预产期")])
        return True
    moved = "last_period" in given or "cycle_days" in given
    return moved and last_period is not None and details.due_date_from not in ("said", "ultrasound")


def _as_told(details: BabyDetails) -> BabyDetails:
    """Without what we have noted ourselves."""
    return msgspec.structs.replace(details, schedule=None)


def _told_born(details: BabyDetails) -> BabyDetails:
    if details.birth_date is None:
        return details
    return msgspec.structs.replace(details, schedule=hearers.schedule_in_force())


async def hers(member_id: UUID) -> list[BabyRecord]:
    """All that are open, in the order in which she added them."""
    return [record(row) for row in await database.fetch(HERS, member_id)]


async def insert(member_id: UUID, details: BabyDetails) -> BabyRecord:
    """The caller holds the mother. Raises `TooManyBabies`."""
    baby_id = uuid4()
    details = _told_born(details)
    keyring, stored = vault().new_keyring()
    sealed = seal_details(keyring, baby_id, details)
    if not await database.execute(ADD, baby_id, member_id, stored, sealed, MOST_BABIES):
        raise TooManyBabies
    baby = BabyRecord(id=baby_id, member_id=member_id, details=details, keyring=keyring)
    await hearers.tell_changed(baby)
    return baby


async def write(baby: BabyRecord, details: BabyDetails) -> BabyRecord:
    """The caller holds the baby."""
    details = details if baby.status == "born" else _told_born(details)
    sealed = seal_details(baby.keyring, baby.id, details)
    await database.execute("UPDATE baby SET details_sealed = $2 WHERE id = $1", baby.id, sealed)
    written = msgspec.structs.replace(baby, details=details)
    await hearers.tell_changed(written)
    return written
